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

import apidrive.config.DoorName;
import apidrive.config.NodeConfig;
import apidrive.door.api.Admission;
import apidrive.door.api.Answer;
import apidrive.door.api.Drain;
import apidrive.door.api.Traffic;
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

    private final transient List<Door> open;
    private final transient Map<Integer, List<Door>> ports = new HashMap<>();
    private final transient Traffic traffic;

    /** Of {@code doors} those are reached that the settings name, where they name them. */
    public DoorFilter(Collection<Door> doors, NodeConfig.Doors settings, Traffic traffic) {
        this.open = named(doors, settings.open());
        settings.ports().forEach((port, names) -> ports.put(port, named(doors, names)));
        this.traffic = traffic;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
        List<Door> only = ports.get(request.getLocalPort());
        Optional<Way> way = only == null ? way(open, request.getMethod(), path)
                : way(only, request.getMethod(), path).or(() -> Optional.of(new Way(last(only), path)));
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
            Answer answer = way.door().answer(request, way.path());
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

    /** Empty where the path is in no door's folder, and none claims it. */
    private static Optional<Way> way(List<Door> doors, String verb, String path) {
        int end = path.indexOf('/', 1);
        String folder = end < 0 ? "" : path.substring(1, end);
        List<Door> within = doors.stream().filter(door -> door.name().system().equals(folder)).toList();
        return within.isEmpty() ? claimed(doors, verb, path)
                : claimed(within, verb, path.substring(end)).or(() -> Optional.of(new Way(last(within), path.substring(end))));
    }

    private static Optional<Way> claimed(List<Door> doors, String verb, String path) {
        return doors.stream().filter(door -> door.claims(verb, path)).findFirst().map(door -> new Way(door, path));
    }

    /** The door that refuses what no other of them claims. */
    private static Door last(List<Door> doors) {
        return doors.get(doors.size() - 1);
    }

    private static List<Door> named(Collection<Door> doors, Set<DoorName> names) {
        return doors.stream().filter(door -> names.contains(door.name())).sorted(Comparator.comparing(Door::name)).toList();
    }
}
