// What every analyst page needs: the list of logs closes when the reader turns elsewhere.
"use strict";

document.addEventListener("click", (event) => {
  document.querySelectorAll("details.study-logs[open]").forEach((list) => {
    if (!list.contains(event.target)) list.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.study-logs[open]").forEach((list) => {
    list.open = false;
    list.querySelector("summary").focus();
  });
});
