/** Lets everything happen that waits for nothing but promises. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 200; i++) {
    await Promise.resolve();
  }
}
