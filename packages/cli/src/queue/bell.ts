/** Wakes whoever waits for it; rung before, it need not be waited for. */
export interface Bell {
  ring(): void;
  /** Until it is rung, or so many milliseconds have passed. */
  wait(most: number): Promise<void>;
}

export function createBell(): Bell {
  let isRung = false;
  let wake = () => {};
  return {
    ring() {
      isRung = true;
      wake();
    },
    async wait(most) {
      if (!isRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, most);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isRung = false;
    },
  };
}
