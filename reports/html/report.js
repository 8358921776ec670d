// Draw the charts, in the order of the page, and fit them to the width of the screen and of the sheet.
(function () {
  "use strict";
  // Below this width labels stand above their bars. Widths of a drawing on paper: a column, and half of one.
  var NARROW = 560, SHEET = 780, HALF_SHEET = 378;
  var charts = JSON.parse(document.getElementById("charts").textContent);
  var config = { displayModeBar: false, staticPlot: false, scrollZoom: false, doubleClick: false, showTips: false };
  var waiting = Object.keys(charts).map(function (id) { return document.getElementById(id); });
  var drawn = [];

  function layoutFor(chart, width) {
    var layout = Object.assign({}, chart.layout);
    var narrow = (layout.meta || {}).narrow || {};
    if (width < NARROW) {
      Object.keys(narrow).forEach(function (key) { layout[key] = narrow[key]; });
    }
    layout.width = width;
    // Plotly writes into what it is given; each drawing has its own copy.
    return JSON.parse(JSON.stringify(layout));
  }

  function draw(node, width) {
    var chart = charts[node.id];
    var layout = layoutFor(chart, width || node.clientWidth);
    node.style.minHeight = layout.height + "px";
    Plotly.react(node, JSON.parse(JSON.stringify(chart.data)), layout, config);
    // With a view box the drawing scales to the printed sheet by itself.
    node.querySelectorAll("svg.main-svg").forEach(function (svg) {
      svg.setAttribute("viewBox", "0 0 " + layout.width + " " + layout.height);
      svg.setAttribute("aria-hidden", "true");
    });
    node.dataset.width = String(layout.width);
  }

  function drawNext() {
    var node = waiting.shift();
    if (node) {
      draw(node);
      drawn.push(node);
      setTimeout(drawNext, 0);
    }
  }

  function fit() {
    drawn.forEach(function (node) {
      if (node.dataset.width !== String(node.clientWidth)) { draw(node); }
    });
  }

  window.addEventListener("beforeprint", function () {
    drawn = drawn.concat(waiting.splice(0));
    drawn.forEach(function (node) { draw(node, node.closest(".half") ? HALF_SHEET : SHEET); });
  });
  window.addEventListener("afterprint", fit);

  var timer = null;
  window.addEventListener("resize", function () {
    clearTimeout(timer);
    timer = setTimeout(function () {
      if (!window.matchMedia("print").matches) { fit(); }
    }, 150);
  });
  drawNext();
})();
