// Draw the charts, in the order of the page, and fit them to the width of the screen and of the sheet.
(function () {
  "use strict";
  var NARROW = 560;
  var charts = JSON.parse(document.getElementById("charts").textContent);
  var config = { displayModeBar: false, staticPlot: false, scrollZoom: false, doubleClick: false, showTips: false };
  var waiting = Object.keys(charts).map(function (id) { return document.getElementById(id); });
  var drawn = [];

  function layoutFor(node, chart) {
    var layout = Object.assign({}, chart.layout);
    var narrow = (layout.meta || {}).narrow || {};
    if (node.clientWidth < NARROW) {
      Object.keys(narrow).forEach(function (key) { layout[key] = narrow[key]; });
    }
    layout.width = node.clientWidth;
    // Plotly writes into what it is given; each drawing has its own copy.
    return JSON.parse(JSON.stringify(layout));
  }

  function draw(node) {
    var chart = charts[node.id];
    var layout = layoutFor(node, chart);
    node.style.minHeight = layout.height + "px";
    Plotly.react(node, JSON.parse(JSON.stringify(chart.data)), layout, config);
    // With a view box the drawing scales to the printed sheet by itself.
    node.querySelectorAll("svg.main-svg").forEach(function (svg) {
      svg.setAttribute("viewBox", "0 0 " + layout.width + " " + layout.height);
      svg.setAttribute("aria-hidden", "true");
    });
    node.dataset.width = String(node.clientWidth);
  }

  function drawNext() {
    var node = waiting.shift();
    if (node) {
      draw(node);
      drawn.push(node);
      setTimeout(drawNext, 0);
    } else {
      document.documentElement.dataset.drawn = "all";
    }
  }

  function drawAll() {
    while (waiting.length) {
      var node = waiting.shift();
      draw(node);
      drawn.push(node);
    }
  }

  var timer = null;
  window.addEventListener("resize", function () {
    clearTimeout(timer);
    timer = setTimeout(function () {
      if (window.matchMedia("print").matches) { return; }
      drawn.forEach(function (node) {
        if (node.dataset.width !== String(node.clientWidth)) { draw(node); }
      });
    }, 150);
  });
  window.addEventListener("beforeprint", drawAll);
  drawNext();
})();
