// Marks each element that holds text with what is measured of it, and gives the page back as HTML. Runs in a world of its own, where
// nothing that the page's scripts have put in place of the browser's own functions is seen, and in one go, so that none can step between.
// Returns null for a page of more elements than `most`.
(attribute, most) => {
  const all = document.getElementsByTagName("*");
  if (all.length > most) return null;
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colours = new Map();
  const rgba = (text) => {                       // any colour that CSS can write, as red, green, blue and opacity
    if (!colours.has(text)) {
      paint.clearRect(0, 0, 1, 1);
      paint.fillStyle = text;
      paint.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = paint.getImageData(0, 0, 1, 1).data;
      colours.set(text, [red, green, blue, alpha / 255]);
    }
    return colours.get(text);
  };
  const over = (top, ground) => [0, 1, 2].map((n) => top[n] * top[3] + ground[n] * (1 - top[3])).concat(1);
  const grounds = new Map();
  const ground = (element) => {                  // what lies behind it: the first opaque colour; null for a picture
    if (!element) return [255, 255, 255, 1];
    if (!grounds.has(element)) {
      const style = getComputedStyle(element);
      let found = null;
      if (style.backgroundImage === "none") {
        const own = rgba(style.backgroundColor);
        const below = own[3] === 1 ? own : ground(element.parentElement);
        found = own[3] === 1 ? own : below && over(own, below);
      }
      grounds.set(element, found);
    }
    return grounds.get(element);
  };
  const faded = (element) => {
    let whole = 1;
    for (let at = element; at; at = at.parentElement) whole *= parseFloat(getComputedStyle(at).opacity);
    return whole;
  };
  const wide = Math.max(document.documentElement.scrollWidth, innerWidth);
  const hidden = (element, style, boxes, opacity) => {
    if (!boxes.length) return style.display === "contents" ? "" : "not displayed";
    if (style.visibility !== "visible") return "visibility: " + style.visibility;
    if (opacity < 0.05) return "opacity: " + opacity;
    let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
    for (const box of boxes) {
      left = Math.min(left, box.left + scrollX); right = Math.max(right, box.right + scrollX);
      top = Math.min(top, box.top + scrollY); bottom = Math.max(bottom, box.bottom + scrollY);
    }
    if (right <= 0 || bottom <= 0 || left >= wide) return "off the page";
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const own = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      const cut = own.overflowX !== "visible" || own.overflowY !== "visible";
      if (cut && (box.width <= 1 || box.height <= 1)) return "cut off by a box of no size";
      if (own.position === "absolute" && /^rect\(\s*(0|1)(px)?[ ,]+\1(px)?[ ,]+\1(px)?[ ,]+\1(px)?\s*\)$/.test(own.clip)) return "clipped";
      if (/inset\(\s*(50|100)%/.test(own.clipPath) || own.clipPath === "circle(0px)") return "clipped";
      if (cut && own.overflowY === "hidden" && (top >= box.bottom + scrollY || bottom <= box.top + scrollY)) return "cut off";
    }
    return "";
  };
  const marks = [];
  for (const element of all) {
    let text = false;
    for (const node of element.childNodes) if (node.nodeType === 3 && node.data.trim()) { text = true; break; }
    if (!text || /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|TITLE|HEAD)$/i.test(element.tagName)) continue;
    const style = getComputedStyle(element);
    const range = document.createRange();
    range.selectNodeContents(element);
    const boxes = [...range.getClientRects()].filter((box) => box.width && box.height);
    const opacity = Math.round(faded(element) * 1000) / 1000;
    const ink = rgba(style.webkitTextFillColor || style.color);
    const tops = boxes.map((box) => box.top + scrollY), bottoms = boxes.map((box) => box.bottom + scrollY);
    marks.push([element, JSON.stringify([
      parseFloat(style.fontSize), [ink[0], ink[1], ink[2], ink[3] * opacity], ground(element),
      hidden(element, style, boxes, opacity),
      boxes.length ? Math.round(Math.min(...tops)) : null, boxes.length ? Math.round(Math.max(...bottoms)) : null,
    ])]);
  }
  for (const [element, value] of marks) element.setAttribute(attribute, value);
  return (document.compatMode === "CSS1Compat" ? "<!DOCTYPE html>" : "") + document.documentElement.outerHTML;
}
