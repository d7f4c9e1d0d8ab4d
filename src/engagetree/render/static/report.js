/* Optional: a filter for the list of participants, and a link that unfolds what it points to. Everything is there without it. */
(function () {
  "use strict";
  var list = document.getElementById("list");
  function reveal() {
    var row = document.getElementById(location.hash.slice(1)), more = row && row.querySelector("details");
    if (more) { more.open = true; }
  }
  addEventListener("hashchange", reveal);
  reveal();
  if (!list) { return; }
  var bodies = Array.prototype.slice.call(list.tBodies), form = document.getElementById("filter");
  var name = form.querySelector("input"), band = form.querySelector("select"), told = form.querySelector("output");
  var seen = {};
  bodies.forEach(function (b) { seen[b.getAttribute("data-band")] = true; });
  Object.keys(seen).forEach(function (k) { band.add(new Option(k, k)); });
  form.hidden = false;
  form.addEventListener("input", function () {
    var text = name.value.trim().toLowerCase(), n = 0;
    bodies.forEach(function (b) {
      var fits = b.rows[0].cells[0].textContent.toLowerCase().indexOf(text) >= 0 && (!band.value || b.getAttribute("data-band") === band.value);
      b.hidden = !fits;
      n += fits ? 1 : 0;
    });
    told.textContent = n + " of " + bodies.length + " shown";
  });
}());
