/** What scrolls an element: the part of a notebook or of a page around it, or the page itself. */
export function scrollerOf(element) {
  for (let around = element.parentElement; around; around = around.parentElement) {
    const scrolls = /auto|scroll/.test(getComputedStyle(around).overflowY);
    if (scrolls && around.scrollHeight > around.clientHeight && around !== document.body) return around;
  }
  return document.scrollingElement;
}

/** Where what `scroller` scrolls can be seen: its upper and lower edge in the window. */
export function edgesOf(scroller) {
  if (scroller === document.scrollingElement) return { top: 0, bottom: innerHeight };
  const { top, bottom } = scroller.getBoundingClientRect();
  return { top: Math.max(0, top), bottom: Math.min(innerHeight, bottom) };
}
