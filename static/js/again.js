// Looks at the page again while work is under way, and shows what has become of it.
export function enhance(part) {
  const look = async () => {
    const answer = document.hidden ? null : await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer?.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (fresh) {
        if (fresh.textContent !== part.textContent) part.replaceChildren(...fresh.childNodes);
        if (!fresh.dataset.lookAgain) {
          delete part.dataset.lookAgain;
          document.dispatchEvent(new CustomEvent("fresh", { detail: part }));
          return;
        }
      }
    }
    setTimeout(look, Number(part.dataset.lookAgain));
  };
  setTimeout(look, Number(part.dataset.lookAgain));
}
