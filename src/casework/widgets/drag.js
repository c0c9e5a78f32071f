/**
 * Dragging by pointer: with a mouse anywhere on the item, with a finger or pen only on its grip, so that the page
 * still scrolls. It only adds to what select or buttons already do.
 *
 * @param {HTMLElement} item
 * @param {HTMLElement} grip
 * @param {{ over?: (event: PointerEvent) => void, drop: (event: PointerEvent) => void, end?: () => void }} on
 */
export function draggable(item, grip, { over, drop, end }) {
  let from = null;
  const stop = () => {
    from = null;
    item.classList.remove("cw-dragged");
    item.style.transform = "";
    if (end) end();
  };
  item.addEventListener("pointerdown", (event) => {
    const free = event.pointerType === "mouse" ? event.button === 0 : grip.contains(event.target);
    if (!free || event.target.closest("select, button, input")) return;
    from = [event.clientX, event.clientY];
    item.setPointerCapture(event.pointerId);
  });
  item.addEventListener("pointermove", (event) => {
    if (!from) return;
    const [x, y] = [event.clientX - from[0], event.clientY - from[1]];
    if (!item.classList.contains("cw-dragged") && Math.hypot(x, y) < 5) return;
    event.preventDefault();
    item.classList.add("cw-dragged");
    item.style.transform = `translate(${x}px, ${y}px)`;
    if (over) over(event);
  });
  item.addEventListener("pointerup", (event) => {
    const dragged = item.classList.contains("cw-dragged");
    stop();
    if (dragged) drop(event);
  });
  item.addEventListener("pointercancel", stop);
}
