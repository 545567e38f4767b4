// Shows a question only while the answer it depends on is given. Without this the condition stands beside it in words.
export function enhance(question) {
  const form = question.closest("form");
  const wanted = question.dataset.onlyValues.split(" ");
  const apply = () => { question.hidden = !isGiven(form, question.dataset.onlyIf, wanted); };
  question.classList.add("live");
  form.addEventListener("change", apply); // in the order of the page: what decides comes first
  addEventListener("pageshow", apply);
  apply();
}

function isGiven(form, name, wanted) {
  return [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].some(
    (input) => input.checked && wanted.includes(input.value) && !input.closest("[data-only-if][hidden]"),
  );
}
