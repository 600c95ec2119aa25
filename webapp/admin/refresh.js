// Asks again and again while somebody looks, never twice at once, and more seldom where an answer takes long.

const SHARE = 10; // a question that takes a second is asked every ten

/** Does `step` every so many ms until the returned function is called; `onEnd` is told of each error, of null when it went well. */
export function keepFresh(step, every, onEnd) {
  let timer;
  let isOver = false;
  const turn = async () => {
    const began = performance.now();
    let error = null;
    if (!document.hidden) {
      error = await step().then(() => null, (reason) => reason);
    }
    if (!isOver) {
      onEnd(error);
    }
    if (!isOver) {
      timer = setTimeout(turn, Math.max(every, SHARE * (performance.now() - began)));
    }
  };
  timer = setTimeout(turn, every);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
