package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

import apidrive.job.Job;

/** Tells now and then what is known of the network's copies; what is told is the whole of it. One step is one survey. */
public final class Surveying implements Job {
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final long CHUNKS = 1_000_000;  // to count so many takes a node a second; of more it counts more seldom

    private final Surveyor surveyor;
    private final Consumer<Survey> listener;

    public Surveying(Surveyor surveyor, Consumer<Survey> listener) {
        this.surveyor = surveyor;
        this.listener = listener;
    }

    @Override
    public String name() {
        return "survey";
    }

    @Override
    public String duty() {
        return "Counts the copies of chunks that are known, for the views and metrics, and what would be lost with each server";
    }

    @Override
    public Duration step(Instant now) {
        Survey survey = surveyor.look(now);
        listener.accept(survey);
        return INTERVAL.multipliedBy(1 + survey.chunks() / CHUNKS);
    }
}
