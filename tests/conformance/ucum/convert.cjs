// The reference implementation of UCUM, asked once. In: [[from, to, molar mass or null, charge or null], ...]. Out: a list
// of the same length, the value of one `from` in `to`, or null where it refuses.
const { UcumLhcUtils } = require("@lhncbc/ucum-lhc");

const units = UcumLhcUtils.getInstance();

function converted([from, to, molecularWeight, charge]) {
  const answer = units.convertUnitTo(from, 1, to, { molecularWeight, charge });
  return answer.status === "succeeded" ? answer.toVal : null;
}

const questions = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(questions.map(converted)));
