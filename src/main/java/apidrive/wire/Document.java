package apidrive.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * An ordered set of named members, the one shape of every body. A value is null, a String, Boolean, Integer, Long,
 * Double, byte[], {@link ChunkId}, {@link java.time.Instant}, a Document or a List of these.
 */
public final class Document {
    private final Map<String, Object> members = new LinkedHashMap<>();

    /** Adds a member, null included: members with a null value are written. Returns this. */
    public Document with(String name, Object value) {
        members.put(name, value);
        return this;
    }

    /** The members in order. */
    public Map<String, Object> members() {
        return Collections.unmodifiableMap(members);
    }

    /** The value of the first member with this name in any case; empty where there is none or it is null. */
    public Optional<Object> get(String name) {
        return members.entrySet().stream().filter(member -> member.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue).filter(Objects::nonNull).findFirst();
    }

    /** As {@link #get}, where the value is of this type; empty where it is another. */
    public <T> Optional<T> get(String name, Class<T> type) {
        return get(name).filter(type::isInstance).map(type::cast);
    }

    void forEach(BiConsumer<String, Object> action) {
        members.forEach(action);
    }
}
