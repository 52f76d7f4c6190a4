// Needs root and namespaces.
import { describeSchedule, type Schedule, scheduleOf, shorter } from "./schedule";
import { Subject } from "./schedule-subject";

const SCHEDULES = Number(process.env.SCHEDULES ?? 2000);
const FIRST_SEED = Number(process.env.SEED ?? 1);
// More than processors, as they wait for one another half of the time.
const MACHINES = Number(process.env.MACHINES ?? 6);

// How often a schedule that went wrong is tried again, as the machine takes its own time.
const TRIES = 3;

/** Let it happen to a machine, or to one that is made for it. */
async function run(schedule: Schedule, machine?: Subject): Promise<string[]> {
  const subject = machine ?? (await Subject.start());
  try {
    return await subject.run(schedule);
  } catch (error) {
    return [String(error)];
  } finally {
    if (!machine) await subject.stop();
  }
}

/** The shortest that still goes wrong, with what does. */
async function shrink(schedule: Schedule, wrong: string[]): Promise<string> {
  for (const candidate of shorter(schedule))
    for (let i = 0; i < TRIES; i++) {
      const found = await run(candidate);
      if (found.length > 0) return shrink(candidate, found);
    }
  return `${describeSchedule(schedule)}\n  ${wrong.join("\n  ")}`;
}

test(
  `whatever happens, a machine ends as the model allows (${SCHEDULES} schedules from SEED=${FIRST_SEED})`,
  async () => {
    let count = 0;
    const failures: string[] = [];
    const work = async () => {
      const subject = await Subject.start();
      try {
        while (count < SCHEDULES && failures.length === 0) {
          const seed = FIRST_SEED + count++;
          const schedule = scheduleOf(seed);
          const wrong = await run(schedule, subject);
          if (wrong.length === 0) continue;
          const found = `SEED=${seed} SCHEDULES=1, schedule ${count}: ${describeSchedule(schedule)}`;
          failures.push(found, ...wrong, `shortest: ${await shrink(schedule, wrong)}`);
        }
        if (failures.length === 0) failures.push(...subject.others());
      } finally {
        await subject.stop();
      }
    };
    await Promise.all(Array.from({ length: Math.min(MACHINES, SCHEDULES) }, work));

    expect(failures.join("\n")).toBe("");
  },
  SCHEDULES * 1000 + 60_000,
);
