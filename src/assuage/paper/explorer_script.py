"""The script of the page with sliders. It adds exponentials up and rounds; every number it starts from is in the page."""

from __future__ import annotations

SCRIPT = r"""
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("explored").textContent);
  const make = JSON.parse(document.getElementById("pictures").textContent);
  const input = name => document.getElementById(name);
  const chosen = name => Number(input(name).value);

  // The level of one line t hours after the first start.
  const level = (line, given, at) => given.reduce((sum, one) => {
    const since = at - one.begin;
    if (since < 0) return sum;
    const running = Math.min(since, one.during);
    return line.rates.reduce((total, rate, k) => total + line.weights[k] * (one.during > 0
      ? one.amount / one.during / rate * -Math.expm1(-rate * running) * Math.exp(-rate * (since - running))
      : one.amount * Math.exp(-rate * since)), sum);
  }, line.above);
  const area = (line, given) => given.reduce((sum, one) => sum + one.amount, 0) * line.rates.reduce((sum, rate, k) => sum + line.weights[k] / rate, 0);

  const placed = (given, longer, farther) => given.map(one => ({
    begin: data.starts_h[one.session] * farther + one.after_h * longer, during: one.during_h * longer, amount: one.amount }));

  // Every change of rate, and between two of them more times near the first.
  const clock = given => {
    const edges = [...new Set(given.flatMap(one => [one.begin, one.begin + one.during]))].sort((a, b) => a - b);
    const last = edges[edges.length - 1] + data.tail_h;
    const points = Math.max(12, Math.min(48, Math.round(600 / edges.length)));
    const times = [...edges, last];
    edges.forEach((from, n) => {
      const to = n + 1 < edges.length ? edges[n + 1] : last;
      const runs = given.some(one => one.begin <= from && from < one.begin + one.during);
      for (let k = 1; k < points; k++) times.push(from + (to - from) * Math.pow(k / points, runs ? 1 : 3));
    });
    return [...new Set(times)].sort((a, b) => a - b);
  };

  const figures = value => {
    if (!value) return "0";
    const rounded = Number(value.toPrecision(3));
    const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
    return rounded.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places });
  };
  const time = hours => {
    const minutes = Math.round(hours * 60), whole = Math.floor(minutes / 60), rest = minutes % 60;
    return [whole ? whole + " h" : "", rest || !whole ? rest + " min" : ""].filter(Boolean).join(" ");
  };

  const answer = () => {
    const setting = data.settings[chosen("weight") * data.creatinines.length + chosen("creatinine")];
    const longer = data.longer[chosen("duration")], farther = data.farther[chosen("spacing")];
    const crossed = setting.limits.filter(one => longer < one.least);
    const stops = [...setting.refused, ...crossed.filter(one => one.stops).map(one => "Run so fast: " + one.told + ".")];
    const drugs = stops.length ? [] : setting.drugs.map(drug => {
      const given = placed(drug.given, longer, farther), times = clock(given);
      return { drug, given, times, lines: drug.courses.map(line => {
        const values = times.map(at => level(line, given, at));
        const top = values.reduce((best, value, n) => value > values[best] ? n : best, 0);
        return { line, values, peak: values[top], at: times[top], area: area(line, given) };
      }) };
    });
    return { setting, longer, farther, crossed, stops, drugs };
  };

  const told = found => {
    const words = [];
    if (found.longer !== 1 || found.farther !== 1) words.push("This is no regimen: nobody studied it in this source. Only the studied time and spacing are planned.");
    const warned = found.crossed.filter(one => !one.stops).map(one => "Run so fast: " + one.told + ".");
    return [...words, ...warned, ...found.drugs.flatMap(one => one.drug.notes)];
  };

  const fill = (id, lines) => {
    const list = document.getElementById(id);
    list.replaceChildren(...lines.map(text => { const item = document.createElement("li"); item.textContent = text; return item; }));
  };

  const pictured = one => make.find(picture => picture.drug === one.drug.drug);

  const table = found => {
    const body = document.getElementById("answer");
    body.replaceChildren(...found.drugs.flatMap(one => one.lines.map(each => {
      const row = document.createElement("tr");
      const name = document.createElement("th");
      name.scope = "row";
      name.textContent = each.line.label;
      row.append(name);
      const picture = pictured(one), unit = picture.unit;
      for (const [what, value, text] of [["peak", each.peak, figures(each.peak) + " " + unit], ["at", each.at, time(each.at)],
          ["area", each.area, figures(each.area)], ...picture.hours.map(h => ["h" + h, level(each.line, one.given, h), figures(level(each.line, one.given, h))])]) {
        const cell = document.createElement("td");
        cell.textContent = text;
        cell.dataset.what = what;
        cell.dataset.value = value;
        row.append(cell);
      }
      return row;
    })));
  };

  // The picture's own definition, with other data and other spans of its axes.
  const drawn = (one, picture) => {
    const points = one.lines.flatMap(each => one.times.map((h, k) => ({ line: each.line.label, h, level: each.values[k], low: null, high: null })));
    const tops = Math.max(...one.lines.map(each => each.peak)), base = one.drug.courses[0].above;
    const rise = (tops - base) || 1;
    const spans = [base ? Math.max(0, base - picture.foot * rise) : 0, base + picture.head * rise];
    const first = Math.min(...one.given.map(each => each.begin)), last = one.times[one.times.length - 1];
    const ends = Math.max(...one.given.filter(each => each.begin < first + picture.beginning).map(each => each.begin + each.during));
    const windows = [[first, Math.min(last, first + Math.max(picture.beginning, Math.ceil(picture.times * (ends - first))))], [0, last]];
    const step = 24 * Math.max(1, Math.ceil(last / (24 * 8)));
    const days = Array.from({ length: Math.floor(last / step) + 1 }, (_, n) => n * step);
    let text = JSON.stringify(picture.definition);
    const put = (old, other) => { text = text.split(JSON.stringify(old)).join(JSON.stringify(other)); };
    picture.frames.level.forEach(old => put(old, spans));
    picture.frames.time.forEach((old, n) => put(old, windows[n]));
    picture.frames.days.forEach(old => put(old, days));
    const made = JSON.parse(text);
    made.datasets["curves-" + picture.key] = points;
    made.datasets["given-" + picture.key] = one.given.map(each => ({ from: each.begin, to: each.begin + each.during }));
    return made;
  };

  const shown = () => {
    const said = (v, unit) => v ? Number(v.toPrecision(4)) + " " + unit : "not known";
    const names = { weight: data.weights.map(v => said(v, "kg")), creatinine: data.creatinines.map(v => said(v, data.creatinine_unit)),
      duration: data.longer.map(v => v === 1 ? "as studied" : v + " times as long as studied"),
      spacing: data.farther.map(v => v === 1 ? "as studied" : v + " times as far apart as studied") };
    for (const name of Object.keys(names)) {
      const text = names[name][chosen(name)];
      document.getElementById(name + "-shown").textContent = text;
      input(name).setAttribute("aria-valuetext", text);
    }
  };

  const waiting = make.map(() => Promise.resolve()), latest = make.map(() => 0);
  const update = () => {
    shown();
    const found = answer();
    document.getElementById("doses").textContent = found.stops.length ? "Nothing is given, and no level is shown:" : "Given each time: " + found.setting.doses.join(", ") + ".";
    fill("stops", found.stops);
    fill("said", told(found));
    document.getElementById("table").hidden = !found.drugs.length;
    table(found);
    make.forEach((picture, n) => {
      const place = document.getElementById("picture-" + n);
      const one = found.drugs.find(each => each.drug.drug === picture.drug);
      place.hidden = !one;
      // One after the other, so that the last setting is the one that stays.
      const made = one && drawn(one, picture), turn = ++latest[n];
      waiting[n] = waiting[n].then(async () => {
        if (!made || turn !== latest[n]) return;
        await window.vegaEmbed(place, made, { actions: false, renderer: "svg" });
        place.dataset.ready = "yes";
      });
    });
  };

  for (const name of ["weight", "creatinine", "duration", "spacing"]) {
    const slider = input(name), options = { weight: data.weights, creatinine: data.creatinines, duration: data.longer, spacing: data.farther }[name];
    slider.max = options.length - 1;
    slider.value = { weight: data.own_weight, creatinine: data.own_creatinine, duration: data.longer.indexOf(1), spacing: data.farther.indexOf(1) }[name];
    slider.disabled = options.length < 2;
    slider.addEventListener("input", update);
  }
  document.getElementById("explorer").hidden = false;
  update();
  window.assuage = { answer, level };
})();
"""
