// A summary card can be printed alone: a button marks the card, and book.css leaves everything else off the paper.
(() => {
  for (const card of document.querySelectorAll(".one-card")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "cw-print-card";
    button.textContent = "Print this card";
    const from = document.createElement("p");
    from.className = "cw-card-from";
    from.textContent = `From: ${document.title}. Numbers and sources stand there.`;
    button.addEventListener("click", () => {
      card.classList.add("cw-alone");
      window.print();
    });
    card.append(from, button);
  }
  addEventListener("afterprint", () => {
    document.querySelector(".cw-alone")?.classList.remove("cw-alone");
  });
})();
