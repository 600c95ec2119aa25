package apidrive.door.route;

import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import apidrive.config.DoorName;
import apidrive.config.NodeConfig;
import apidrive.door.api.Admission;
import apidrive.door.api.Answer;
import apidrive.door.api.Drain;
import apidrive.door.api.Traffic;
import apidrive.door.api.WriteGate;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Leads each request to the door that it is meant for: by the port it came in on, by its folder, else by who claims it. */
public final class DoorFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    /** A door, and what it is asked for. */
    private record Way(Door door, String path) {
    }

    /** Doors that stand beside others, and the same by the folders of their systems. */
    private record Entrance(List<Door> doors, Map<String, List<Door>> folders) {
        private Entrance(List<Door> doors) {
            this(doors, doors.stream().collect(Collectors.groupingBy(door -> door.name().system())));
        }
    }

    private final transient Entrance open;
    private final transient Optional<Door> rest;
    private final transient Predicate<String> isOurs;
    private final transient Map<Integer, Entrance> ports = new HashMap<>();
    private final transient WriteGate gate;
    private final transient Traffic traffic;

    /**
     * Of {@code doors} those are reached that the settings name, where they name them. What none of them claims, and whose path is not
     * this node's own, the dtfc door refuses where it is open, as the original refused whatever it did not know.
     */
    public DoorFilter(Collection<Door> doors, NodeConfig.Doors settings, Predicate<String> isOurs, WriteGate gate, Traffic traffic) {
        this.open = new Entrance(named(doors, settings.open()));
        this.rest = open.doors().stream().filter(door -> door.name() == DoorName.DTFC).findFirst();
        this.isOurs = isOurs;
        this.gate = gate;
        settings.ports().forEach((port, names) -> ports.put(port, new Entrance(named(doors, names))));
        this.traffic = traffic;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
        Entrance only = ports.get(request.getLocalPort());
        Optional<Way> way = only == null ? way(open, request.getMethod(), path).or(() -> refused(path))
                : way(only, request.getMethod(), path).or(() -> Optional.of(new Way(last(only.doors()), path)));
        if (way.isEmpty()) {
            chain.doFilter(request, response);
        } else {
            answer(way.get(), request, response);
        }
    }

    private void answer(Way way, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Traffic.Exchange exchange = traffic.begin(request.getMethod());
        int status = HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
        try {
            Answer answer = answered(way, request);
            status = answer.status();
            if (status >= HttpServletResponse.SC_BAD_REQUEST) {
                Drain.drain(request);
            }
            Admission.fields(request).forEach(answer::with);
            answer.write(response);
        } finally {
            exchange.end(status);
        }
    }

    private Answer answered(Way way, HttpServletRequest request) {
        if (gate.isFor(request)) {
            try {
                gate.require(request);
            } catch (RuntimeException e) {
                return way.door().refusal(e, request);
            }
        }
        return way.door().answer(request, way.path());
    }

    private Optional<Way> refused(String path) {
        return isOurs.test(path) ? Optional.empty() : rest.map(door -> new Way(door, path));
    }

    /** Empty where the path is in no door's folder, and none claims it. */
    private static Optional<Way> way(Entrance entrance, String verb, String path) {
        int end = path.indexOf('/', 1);
        List<Door> within = end < 0 ? null : entrance.folders().get(path.substring(1, end));
        return within == null ? claimed(entrance.doors(), verb, path)
                : claimed(within, verb, path.substring(end)).or(() -> Optional.of(new Way(last(within), path.substring(end))));
    }

    private static Optional<Way> claimed(List<Door> doors, String verb, String path) {
        for (Door door : doors) {  // every request to the node comes by here
            if (door.claims(verb, path)) {
                return Optional.of(new Way(door, path));
            }
        }
        return Optional.empty();
    }

    /** The door that refuses what no other of them claims. */
    private static Door last(List<Door> doors) {
        return doors.get(doors.size() - 1);
    }

    private static List<Door> named(Collection<Door> doors, Set<DoorName> names) {
        return doors.stream().filter(door -> names.contains(door.name())).sorted(Comparator.comparing(Door::name)).toList();
    }
}
