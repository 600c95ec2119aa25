package apidrive.wire;

import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
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

    /** As {@link #get(String)}; empty also when the value is no string. */
    public Optional<String> text(String name) {
        return get(name, String.class);
    }

    /** As {@link #get(String)}; empty also when the value is no integer. */
    public OptionalLong number(String name) {
        Object value = get(name).orElse(null);
        return value instanceof Integer || value instanceof Long ? OptionalLong.of(((Number) value).longValue())
                : OptionalLong.empty();
    }

    /** As {@link #get(String)}; a string is read as base64. Empty also when the value is neither that nor bytes. */
    public Optional<byte[]> bytes(String name) {
        Object value = get(name).orElse(null);
        if (value instanceof String text) {
            try {
                return Optional.of(Base64.getDecoder().decode(text));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
        return value instanceof byte[] bytes ? Optional.of(bytes) : Optional.empty();
    }

    /** As {@link #get(String)}; a string is read as a GUID, 16 bytes in .NET order. Empty also when the value is no id. */
    public Optional<ChunkId> id(String name) {
        Object value = get(name).orElse(null);
        if (value instanceof String text) {
            return ChunkId.parse(text);
        }
        if (value instanceof byte[] bytes && bytes.length == ChunkId.BYTES) {
            return Optional.of(ChunkId.ofDotNet(bytes));
        }
        return value instanceof ChunkId id ? Optional.of(id) : Optional.empty();
    }

    void forEach(BiConsumer<String, Object> action) {
        members.forEach(action);
    }
}
