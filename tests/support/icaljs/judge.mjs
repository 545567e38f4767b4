// Reads calendars with ical.js: each line of the input is one as a JSON string, each line of the output what was found.
import { createInterface } from "node:readline";
import ICAL from "./ical.mjs";

function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return {
    components: calendar.getAllSubcomponents().map((each) => each.name.toUpperCase()),
    events: calendar.getAllSubcomponents("vevent").map((each) => {
      const event = new ICAL.Event(each);
      return {
        uid: event.uid,
        sequence: event.sequence,
        status: each.getFirstPropertyValue("status"),
        summary: event.summary,
        starts: event.startDate.toUnixTime(),
        ends: event.endDate.toUnixTime(),
      };
    }),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let found;
  try {
    found = read(JSON.parse(line));
  } catch (error) {
    found = { fault: `ical.js: ${error.message}` };
  }
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
