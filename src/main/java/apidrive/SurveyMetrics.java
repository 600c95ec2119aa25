package apidrive;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import apidrive.repair.Survey;
import apidrive.repair.Sync;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;

/** Shows the newest survey of the network's copies as metrics. Before the first there are none but its age, which is NaN. */
final class SurveyMetrics {
    private static final int SERVERS = 100;  // those with most at risk: each has a series, and a network may have a million
    private static final double MILLIS = 1_000;

    private final MultiGauge copies;
    private final MultiGauge risk;
    private final MultiGauge parts;
    private final MultiGauge compared;
    private volatile Survey newest;

    SurveyMetrics(MeterRegistry metrics, InstantSource clock) {
        this.copies = MultiGauge.builder("apidrive.copies.chunks")
                .description("Chunks by the copies they are to have and those known on servers that can be reached").register(metrics);
        this.risk = MultiGauge.builder("apidrive.risk.chunks")
                .description("Chunks that would be lost if the server left").register(metrics);
        this.parts = MultiGauge.builder("apidrive.parts")
                .description("Parts that this node is a holder of, by their copies that are known to be whole").register(metrics);
        this.compared = MultiGauge.builder("apidrive.compared.servers")
                .description("Servers by what came of the last comparison").register(metrics);
        Gauge.builder("apidrive.survey.age", this, shown -> shown.newest == null ? Double.NaN
                        : Duration.between(shown.newest.at(), clock.instant()).toMillis() / MILLIS)
                .baseUnit("seconds").description("Since the figures of copies, risk and parts were true").register(metrics);
    }

    void show(Survey survey) {
        newest = survey;
        copies.register(survey.copies().entrySet().stream().<Row<?>>map(some -> Row.of(Tags.of(
                "wanted", some.getKey().wanted().map(Object::toString).orElse("unknown"),
                "known", Integer.toString(some.getKey().known())), some.getValue())).toList(), true);
        risk.register(survey.only().entrySet().stream().sorted(Map.Entry.comparingByValue((one, other) -> Long.compare(other, one)))
                .limit(SERVERS).<Row<?>>map(server -> Row.of(Tags.of("server", server.getKey().toString()), server.getValue())).toList(), true);
        parts.register(survey.parts().entrySet().stream().<Row<?>>map(some ->
                Row.of(Tags.of("whole", some.getKey().toString()), some.getValue().parts())).toList(), true);
        compared.register(List.of(
                outcome("same", survey, one -> one.error().isEmpty() && one.different().isEmpty()),
                outcome("different", survey, one -> one.error().isEmpty() && !one.different().isEmpty()),
                outcome("failed", survey, one -> one.error().isPresent())), true);
    }

    private static Row<?> outcome(String name, Survey survey, Predicate<Sync.Compared> is) {
        return Row.of(Tags.of("outcome", name), survey.comparisons().values().stream().filter(is).count());
    }
}
