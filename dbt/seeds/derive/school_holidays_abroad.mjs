// Derive school_holidays_abroad.csv from npm `opening_hours`, whose school holidays are those of the OpenHolidays API (ODbL 1.0).
//
// Usage: npm pack opening_hours@3.15.0 && tar xzf opening_hours-3.15.0.tgz
//        node dbt/seeds/derive/school_holidays_abroad.mjs package

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SEED = fileURLToPath(new URL('../reference/school_holidays_abroad.csv', import.meta.url));
// Years in which every area of the country is whole. Cantons with a gap in them, and districts of cantons, are left out.
const SPANS = { DE: [2012, 2029], NL: [2020, 2026], BE: [2020, 2026], CH: [2020, 2026] };
const CANTONS = [
  'Basel-Landschaft', 'Basel-Stadt', 'Bern', 'Fribourg', 'Genève', 'Glarus', 'Jura', 'Luzern', 'Neuchâtel', 'Nidwalden', 'Obwalden',
  'Schaffhausen', 'Schwyz', 'Solothurn', 'St. Gallen', 'Thurgau', 'Ticino', 'Uri', 'Valais', 'Vaud', 'Zug', 'Zürich',
];
// The package ships the sources of its bundle in the bundle's map: they are a module.
const map = JSON.parse(readFileSync(`${process.argv[2]}/build/opening_hours.esm.mjs.map`, 'utf8'));
const source = map.sourcesContent[map.sources.findIndex((name) => name.endsWith('generated-openholidays.js'))];
const countries = await import(`data:text/javascript,${encodeURIComponent(source)}`);

const day = (year, month, date) => new Date(Date.UTC(year, month - 1, date)).toISOString().slice(0, 10);

function* periods(holiday) {
  for (const year of Object.keys(holiday).filter((key) => /^\d{4}$/.test(key)).map(Number)) {
    for (let at = 0; at + 3 < holiday[year].length; at += 4) {
      const [month, date, lastMonth, lastDate] = holiday[year].slice(at, at + 4);
      yield [day(year, month, date), day(lastMonth < month ? year + 1 : year, lastMonth, lastDate)];
    }
  }
}

const rows = [];
for (const [country, [first, last]] of Object.entries(SPANS)) {
  const areas = countries[country.toLowerCase()];
  for (const [area, { SH: holidays }] of Object.entries(areas).filter(([, value]) => value.SH)) {
    if (country === 'CH' ? !CANTONS.includes(area) : area === 'MV-BBS') continue;
    for (const holiday of holidays) {
      for (const [starts, ends] of periods(holiday)) {
        if (ends < `${first}-01-01` || starts > `${last}-12-31`) continue;
        rows.push([
          country,
          area === 'MV-ABS' ? 'Mecklenburg-Vorpommern' : area,
          holiday.name,
          starts < `${first}-01-01` ? `${first}-01-01` : starts,
          ends > `${last}-12-31` ? `${last}-12-31` : ends,
        ]);
      }
    }
  }
}
rows.sort((one, other) => (one.join() < other.join() ? -1 : 1));
const cell = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const lines = [['country_code', 'area_name', 'holiday_name', 'starts_on', 'ends_on'], ...rows].map((row) => row.map(cell).join(','));
writeFileSync(SEED, `${lines.join('\n')}\n`);
