// Says how many dots are left while one puts them, and offers no more than there are.
export function enhance(form) {
  const most = Number(form.dataset.dots);
  const line = form.querySelector("[data-dots-left]");
  const lists = [...form.querySelectorAll("select")];
  const count = () => {
    const left = most - lists.reduce((sum, list) => sum + Number(list.value), 0);
    line.textContent = line.dataset.dotsLeft.replace("{number}", left);
    for (const list of lists) {
      for (const option of list.options) option.disabled = Number(option.value) > Number(list.value) + left;
    }
  };
  form.addEventListener("change", count);
  count();
}
