"""Every rule with a patient in whom it speaks and one in whom it does not, as small tables.

Columns: the rule; how gravely it speaks and what it blocks; the patient in whom it speaks; a patient in whom it does
not. A patient is the answered example patient (69 years, 70 kg, healthy kidneys, no medicines) with these lines in
place of its own; `-name` leaves a line out; `plan=` names another regimen than the one above the table. An empty
column is that patient as it is.
"""

from __future__ import annotations

PLANS = {
    "magnesium": "kim-2015-magnesium",
    "ketamine": "kim-2015-ketamine",
    "lidocaine": "liu-2018-lidocaine",
    "midazolam given": "ahn-2015-ketamine-midazolam",
    "midazolam kept ready": "kim-2015-ketamine",
    "any": "kim-2015-magnesium",
}

MAGNESIUM = """
magnesium-allergy | refuse dose | allergies: [magnesium sulfate] | allergies: [penicillin]
heart-block | stop dose | conditions: [right bundle branch block] |
heart-block | stop dose | ecg: {on: 2026-11-25, av_block: first, pr: 190 ms, qrs: 90 ms, qtc: 420 ms} |
myocardial-damage | stop dose | conditions: [myocardial infarction] | conditions: [hypertension]
myasthenia-gravis | refuse dose | conditions: [myasthenia gravis] | conditions: [Lambert-Eaton syndrome]
neuromuscular-disease | stop dose | conditions: [Lambert-Eaton syndrome] | conditions: [asthma]
renal-failure | stop dose | conditions: [chronic kidney disease stage 5] | conditions: [chronic kidney disease stage 3]
renal-below-30 | stop dose | creatinine: {value: 180 umol/L, on: 2026-11-25} | creatinine: {value: 120 umol/L, on: 2026-11-25}
renal-30-to-59 | warn none | creatinine: {value: 120 umol/L, on: 2026-11-25} | creatinine: {value: 80 umol/L, on: 2026-11-25}
renal-30-to-59 | warn none | creatinine: {value: 120 umol/L, on: 2026-11-25} | creatinine: {value: 180 umol/L, on: 2026-11-25}
renal-below-60-daily-magnesium | stop dose | plan=collins-2009-magnesium & creatinine: {value: 120 umol/L, on: 2026-11-25} | creatinine: {value: 120 umol/L, on: 2026-11-25}
renal-below-60-daily-magnesium | stop dose | plan=fischer-2013-magnesium & creatinine: {value: 120 umol/L, on: 2026-11-25} | plan=fischer-2013-magnesium
renal-impairment-listed | warn none | conditions: [chronic kidney disease stage 3] | conditions: [hypertension]
renal-unknown | hold dose | -creatinine |
renal-unknown | hold dose | -height |
renal-recent-change | note none | medications: [furosemide] & creatinine: {value: 80 umol/L, on: 2026-11-22} | medications: [furosemide]
creatinine-doubled | stop dose | creatinine: {value: 84 umol/L, on: 2026-11-25, history: [{value: 42 umol/L, on: 2026-11-23}]} | creatinine: {value: 84 umol/L, on: 2026-11-25, history: [{value: 42 umol/L, on: 2026-11-22}]}
urine-low | stop start | urine: {on: 2026-11-27, normal: true, last_4h: 90 mL} |
urine-low | stop start | urine: {on: 2026-11-27, normal: false, last_4h: 150 mL} |
urine-low | hold start | -urine |
hepatic-encephalopathy | stop dose | conditions: [hepatic encephalopathy] | conditions: [hepatitis]
diabetic-coma | refuse dose | conditions: [diabetic coma] | conditions: [hypertension]
magnesium-high | stop dose | magnesium: {value: 1.2 mmol/L, on: 2026-11-25} |
magnesium-level-unknown | hold dose | -magnesium |
hypocalcaemia | hold sign | calcium: {value: 1.9 mmol/L, on: 2026-11-25} |
hypocalcaemia | hold sign | conditions: [hypocalcaemia] |
hypocalcaemia | hold sign | -calcium |
digoxin | stop dose | medications: [digoxin] | medications: [bisoprolol]
neuromuscular-blocker | stop dose | medications: [rocuronium] | medications: [amlodipine]
neuromuscular-antibiotic | warn none | medications: [gentamicin] | medications: [penicillin]
neuromuscular-antibiotic | warn none | medications: [clindamycin] | medications: [penicillin]
calcium-channel-blocker | warn none | medications: [amlodipine] | medications: [lisinopril]
nifedipine | warn none | medications: [nifedipine] | medications: [amlodipine]
sedative-with-magnesium | warn none | medications: [tramadol] | medications: [pregabalin]
other-depressant-with-magnesium | note none | medications: [pregabalin] | medications: [paracetamol]
respiratory-disease | warn none | conditions: [asthma] | conditions: [hay fever]
respiratory-rate-below-12 | stop start | vitals: {on: 2026-11-27, bp: 132/78 mm[Hg], hr: 72 /min, rr: 11 /min, spo2: 97 %} |
respiratory-rate-12-to-15 | note none | vitals: {on: 2026-11-27, bp: 132/78 mm[Hg], hr: 72 /min, rr: 14 /min, spo2: 97 %} |
knee-jerk-absent | stop start | knee_jerk: {on: 2026-11-27, present: false} |
knee-jerk-absent | hold start | -knee_jerk |
blood-pressure-low | stop start | vitals: {on: 2026-11-27, bp: 95/60 mm[Hg], hr: 72 /min, rr: 16 /min, spo2: 97 %} |
symptomatic-hypotension | stop dose | conditions: [symptomatic hypotension] | conditions: [hypertension]
heart-rate-low | stop start | vitals: {on: 2026-11-27, bp: 132/78 mm[Hg], hr: 45 /min, rr: 16 /min, spo2: 97 %} |
pregnancy-magnesium | stop dose | pregnancy: pregnant | pregnancy: not-pregnant
pregnancy-magnesium | hold dose | -pregnancy | -pregnancy & sex: male
other-magnesium | warn none | medications: [magnesium hydroxide] | medications: [paracetamol]
magnesium-setting | note none | | plan=kim-2015-ketamine
"""

KETAMINE = """
ketamine-allergy | refuse dose | allergies: [ketamine] | allergies: [penicillin]
pressure-rise-hazard | stop dose | conditions: [uncontrolled hypertension] | conditions: [hypertension]
blood-pressure-above-180-100 | stop start | vitals: {on: 2026-11-27, bp: 182/90 mm[Hg], hr: 72 /min, rr: 16 /min, spo2: 97 %} | vitals: {on: 2026-11-27, bp: 165/90 mm[Hg], hr: 72 /min, rr: 16 /min, spo2: 97 %}
blood-pressure-from-160-100 | warn none | vitals: {on: 2026-11-27, bp: 165/90 mm[Hg], hr: 72 /min, rr: 16 /min, spo2: 97 %} |
vitals-outside-protocol | stop start | vitals: {on: 2026-11-27, bp: 132/78 mm[Hg], hr: 155 /min, rr: 16 /min, spo2: 97 %} |
vitals-outside-protocol | stop start | vitals: {on: 2026-11-27, bp: 132/78 mm[Hg], hr: 72 /min, rr: 9 /min, spo2: 97 %} |
severe-heart-or-brain-disease | stop dose | conditions: [severe angina] | conditions: [hypertension]
eclampsia | refuse dose | conditions: [eclampsia] |
pregnancy-ketamine | stop dose | conditions: [pregnancy] |
pregnancy-ketamine | hold dose | -pregnancy |
psychosis | stop dose | conditions: [schizophrenia] |
psychosis-screen | stop sign | psychosis_screen: {value: positive, on: 2026-11-27} |
psychosis-screen | hold sign | -psychosis_screen |
raised-pressure-head-or-eye | stop dose | conditions: [glaucoma] |
severe-liver-disease | stop dose | conditions: [cirrhosis] & liver: {on: 2026-11-25, child_pugh: c} | conditions: [cirrhosis] & liver: {on: 2026-11-25, child_pugh: a}
severe-liver-disease | hold dose | conditions: [cirrhosis] | conditions: [moderate liver impairment]
liver-disease | warn none | conditions: [moderate liver impairment] |
liver-tests-unknown | hold sign | -ggt | plan=anodyne-ketamine-im & -ggt
ecg-unknown-cardiovascular-risk | hold dose | -ecg & conditions: [hypertension] | -ecg
substance-misuse | stop dose | conditions: [opioid use disorder] | plan=anodyne-ketamine-im & conditions: [opioid use disorder]
substance-screen | stop sign | substance_screen: {value: positive, on: 2026-11-27} |
substance-screen | hold sign | -substance_screen |
thyroid-or-phaeochromocytoma | stop dose | conditions: [hyperthyroidism] |
porphyria-or-seizures-ketamine | warn none | conditions: [epilepsy] |
urinary-symptoms | warn none | urinary_symptoms: true |
urinary-symptoms | note none | -urinary_symptoms |
theophylline | stop dose | medications: [theophylline] |
pressure-raising-medicine | warn none | medications: [pseudoephedrine] |
thyroid-hormone | warn none | medications: [levothyroxine] |
antihypertensive | warn none | medications: [amlodipine] |
maoi | stop dose | medications: [phenelzine] |
cyp3a4-inhibitor-ketamine | warn none | medications: [clarithromycin] |
cyp3a4-inducer-ketamine | note none | medications: [phenobarbital] |
sedative-with-ketamine | warn none | medications: [pregabalin] | medications: [paracetamol]
other-nmda-blocker | warn none | medications: [memantine] |
sleep-apnoea | warn none | conditions: [sleep apnoea] |
escort | stop start | escort: false |
escort | stop start | drives_home: true |
escort | hold start | -escort |
age-above-75 | warn none | birth_date: 1950-01-01 |
"""

LIDOCAINE = """
local-anaesthetic-allergy | refuse dose | allergies: [lignocaine] | allergies: [latex]
other-local-anaesthetic-allergy | hold dose | allergies: [local anaesthetic] | allergies: [latex]
severe-conduction-block | refuse dose | conditions: [Wolff-Parkinson-White] |
severe-conduction-block | refuse dose | conditions: [Wolff-Parkinson-White, pacemaker] |
conduction-disorder | stop dose | conditions: [atrial fibrillation] |
conduction-disorder | stop dose | ecg: {on: 2026-11-25, av_block: second, pr: 160 ms, qrs: 90 ms, qtc: 420 ms} |
heart-failure-or-shock | stop dose | conditions: [severe heart failure] | conditions: [heart failure]
severe-liver-or-kidney-disease | stop dose | creatinine: {value: 180 umol/L, on: 2026-11-25} | creatinine: {value: 120 umol/L, on: 2026-11-25}
severe-liver-or-kidney-disease | stop dose | conditions: [severe liver impairment] |
severe-liver-or-kidney-disease | hold dose | -creatinine |
renal-30-to-59-lidocaine | warn none | creatinine: {value: 120 umol/L, on: 2026-11-25} | conditions: [heart failure]
moderate-liver-or-kidney-disease | warn none | conditions: [heart failure] |
age-above-60-lidocaine | note none | | birth_date: 1970-01-01
seizures-or-drowsiness | stop dose | conditions: [epilepsy] |
porphyria-lidocaine | stop dose | conditions: [porphyria] |
pregnancy-lidocaine | stop dose | pregnancy: pregnant |
pregnancy-lidocaine | hold dose | -pregnancy |
weight-below-40 | stop dose | weight: {value: 39 kg, on: 2026-11-27} |
nerve-block | stop dose | nerve_block: within-4-h | nerve_block: not-within-4-h
nerve-block | hold dose | -nerve_block |
topical-local-anaesthetic | warn none | medications: [lidocaine 5 % plaster] |
antiarrhythmic | stop dose | medications: [mexiletine] |
beta-blocker-or-cimetidine | warn none | medications: [bisoprolol] |
cyp-inhibitor-lidocaine | warn none | medications: [fluvoxamine] |
digitalis-with-av-block | stop dose | medications: [digoxin] & conditions: [complete heart block] | medications: [digoxin]
digitalis-with-av-block | stop dose | medications: [digoxin] & conditions: [complete heart block] | conditions: [complete heart block]
ecg-unknown-lidocaine | hold dose | -ecg |
methaemoglobinaemia-risk | warn none | medications: [dapsone] |
methaemoglobinaemia-risk | warn none | conditions: [G6PD deficiency] |
height-unknown-lidocaine | hold dose | -height | plan=kim-2015-ketamine & -height
liver-tests-unknown-lidocaine | hold sign | -alp |
"""

MIDAZOLAM_GIVEN = """
benzodiazepine-allergy | refuse dose | allergies: [benzodiazepine] | plan=kim-2015-ketamine & allergies: [benzodiazepine]
midazolam-breathing-or-muscle | stop dose | conditions: [myasthenia gravis] | plan=kim-2015-ketamine & conditions: [myasthenia gravis]
"""

MIDAZOLAM_READY = """
benzodiazepine-allergy-rescue | stop sign | allergies: [benzodiazepine] | plan=kim-2015-magnesium & allergies: [benzodiazepine]
benzodiazepine-allergy-rescue | stop sign | conditions: [glaucoma] |
monitoring-for-midazolam | refuse start | setting: {kit: true, monitoring: false, airway: true} |
monitoring-for-midazolam | hold start | setting: {kit: true} |
opioid-with-midazolam | warn none | medications: [tramadol] | medications: [pregabalin]
midazolam-age-60 | note none | | birth_date: 1970-01-01
midazolam-age-60 | note none | birth_date: 1970-01-01 & conditions: [frailty] | birth_date: 1970-01-01
cyp3a4-inhibitor-midazolam | warn none | medications: [clarithromycin] | medications: [fluvoxamine]
midazolam-breathing-or-muscle-rescue | stop sign | conditions: [severe respiratory failure] | conditions: [asthma]
sleep-apnoea-midazolam | warn none | conditions: [sleep apnoea] |
alcohol-with-midazolam | warn none | medications: [alcohol] |
flumazenil-risk | note none | medications: [nortriptyline] |
sedatives-together | warn none | medications: [pregabalin] | plan=kim-2015-magnesium & medications: [pregabalin]
stop-bang-unknown | note none | -stop_bang |
"""

ANY = """
qtc-long | warn none | ecg: {on: 2026-11-25, av_block: none, pr: 160 ms, qrs: 90 ms, qtc: 510 ms} |
pr-long | warn none | ecg: {on: 2026-11-25, av_block: none, pr: 210 ms, qrs: 90 ms, qtc: 420 ms} |
pr-against-no-block | hold dose | ecg: {on: 2026-11-25, av_block: none, pr: 201 ms, qrs: 90 ms, qtc: 420 ms} | ecg: {on: 2026-11-25, av_block: none, pr: 200 ms, qrs: 90 ms, qtc: 420 ms}
large-body | warn none | weight: {value: 96 kg, on: 2026-11-27} | weight: {value: 95 kg, on: 2026-11-27}
large-body | warn none | plan=kim-2015-ketamine & weight: {value: 96 kg, on: 2026-11-27} | plan=liu-2018-lidocaine & weight: {value: 96 kg, on: 2026-11-27}
large-body | note none | -height |
consent-off-label | hold sign | consent: {off_label: false, on: 2026-11-27} |
consent-off-label | hold sign | -consent |
weight-unknown | hold dose | -weight |
height-unknown | hold sign | plan=kim-2015-ketamine & -height |
age-unknown | hold dose | -birth_date |
conditions-not-asked | hold dose | -conditions |
medications-not-asked | hold dose | -medications |
allergies-not-asked | hold dose | -allergies |
ecg-unknown | hold dose | -ecg |
ecg-unknown-ketamine | hold sign | plan=kim-2015-ketamine & -ecg |
electrolytes-unknown | hold sign | -potassium | plan=kim-2015-ketamine & -potassium
vitals-unknown | hold start | -vitals |
pain-score-unknown | hold sign | -pain |
pain-score-zero | hold sign | pain: {diagnosis: postherpetic neuralgia, score: {scale: nrs-0-10, value: 0, on: 2026-11-27}, dn4: {value: 6, on: 2026-11-27}} |
dn4-unknown | note none | pain: {score: {scale: nrs-0-10, value: 8, on: 2026-11-27}} |
kit-before-start | refuse start | setting: {kit: false, monitoring: true, airway: true} |
kit-before-start | hold start | -setting |
"""

TABLES = {
    "magnesium": MAGNESIUM, "ketamine": KETAMINE, "lidocaine": LIDOCAINE, "midazolam given": MIDAZOLAM_GIVEN,
    "midazolam kept ready": MIDAZOLAM_READY, "any": ANY,
}  # fmt: skip
