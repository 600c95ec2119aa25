package apidrive.bench;

import java.util.concurrent.Callable;

/** What is made when it is first asked for, and then kept. For one thread. */
final class Lazy<T> {
    private final Callable<T> make;
    private T made;

    Lazy(Callable<T> make) {
        this.make = make;
    }

    T get() throws Exception {
        if (made == null) {
            made = make.call();
        }
        return made;
    }
}
