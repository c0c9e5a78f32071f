import { edgesOf, scrollerOf } from "./scroll.js";

const EDGE = 72; // how near an edge, in pixels, begins to scroll
const FASTEST = 14; // pixels a frame, at the edge itself

/** How far to scroll in the next frame with the pointer at height `y`. */
function pace(y, { top, bottom }) {
  const near = Math.min(EDGE, (bottom - top) / 4);
  if (y < top + near) return -FASTEST * Math.min(1, (top + near - y) / near);
  if (y > bottom - near) return FASTEST * Math.min(1, (y - bottom + near) / near);
  return 0;
}

/**
 * Dragging by pointer: with a mouse anywhere on the item, with a finger or pen only on its grip, so that the page
 * still scrolls. Near the upper and the lower edge the page scrolls along, so that what is out of sight can be reached.
 * It only adds to what select or buttons already do.
 *
 * @param {HTMLElement} item
 * @param {HTMLElement} grip
 * @param {{ over?: (event: PointerEvent) => void, drop: (event: PointerEvent) => void, end?: () => void }} on
 */
export function draggable(item, grip, { over, drop, end }) {
  let from = null; // where it began: the pointer, and how far was scrolled
  let last = null; // the latest event
  let frame = 0;

  const stop = () => {
    cancelAnimationFrame(frame);
    from = last = null;
    item.classList.remove("cw-dragged");
    item.style.transform = "";
    if (end) end();
  };

  function follow() {
    const scrolled = from.scroller.scrollTop - from.scrolled;
    item.style.transform = `translate(${last.clientX - from.x}px, ${last.clientY - from.y + scrolled}px)`;
    if (over) over(last);
  }

  function scrollAlong() {
    if (!item.isConnected) return stop();
    const { scroller, lowest } = from;
    const to = Math.max(0, Math.min(lowest, scroller.scrollTop + pace(last.clientY, edgesOf(scroller))));
    if (Math.abs(to - scroller.scrollTop) >= 1) {
      scroller.scrollTo({ top: to, behavior: "instant" });
      follow();
    }
    frame = requestAnimationFrame(scrollAlong);
  }

  item.addEventListener("pointerdown", (event) => {
    const free = event.pointerType === "mouse" ? event.button === 0 : grip.contains(event.target);
    if (!free || event.target.closest("select, button, input")) return;
    const scroller = scrollerOf(item);
    from = {
      x: event.clientX,
      y: event.clientY,
      scroller,
      scrolled: scroller.scrollTop,
      lowest: scroller.scrollHeight - scroller.clientHeight, // the item itself, drawn further down, adds to it
    };
    item.setPointerCapture(event.pointerId);
  });
  item.addEventListener("pointermove", (event) => {
    if (!from) return;
    const begun = item.classList.contains("cw-dragged");
    if (!begun && Math.hypot(event.clientX - from.x, event.clientY - from.y) < 5) return;
    event.preventDefault();
    last = event;
    item.classList.add("cw-dragged");
    follow();
    if (!begun) frame = requestAnimationFrame(scrollAlong);
  });
  item.addEventListener("pointerup", (event) => {
    const dragged = item.classList.contains("cw-dragged");
    stop();
    if (dragged) drop(event);
  });
  item.addEventListener("pointercancel", stop);
}
