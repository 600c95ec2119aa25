package apidrive.peer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A list of servers as text: one URL a line, as in the configuration files of SOS, or groups, {@code [name]} with lines
 * {@code -: URL}; a bracket in any line makes it the second kind. Behind a URL may stand a weight; {@code #} begins a
 * comment.
 *
 * @param urls   the first of each group, then the second of each, and so on; within a group the larger weight first
 * @param faults lines that could not be read, in words for the operator
 */
public record SeedFile(List<String> urls, List<String> faults) {
    private static final String NO_GROUP = "";
    private static final Pattern GROUP = Pattern.compile("\\[([^\\[\\]]*)]");
    private static final Pattern GROUPED = Pattern.compile("-\\s*:\\s*(.*)");
    private static final Pattern SERVER = Pattern.compile("(https?://\\S+)(?:\\s+(\\d{1,9}))?", Pattern.CASE_INSENSITIVE);
    private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*");

    private record Seed(String url, long weight) {
    }

    public static SeedFile parse(String text) {
        boolean isGrouped = text.lines().anyMatch(line -> COMMENT.matcher(line).replaceAll("").contains("["));
        Map<String, List<Seed>> groups = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        String group = NO_GROUP;
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            String line = COMMENT.matcher(raw).replaceAll("").strip();
            Matcher header = GROUP.matcher(line);
            Matcher entry = GROUPED.matcher(line);
            if (isGrouped && header.matches()) {
                group = header.group(1).strip();
                continue;
            }
            Matcher server = SERVER.matcher(isGrouped && entry.matches() ? entry.group(1).strip() : line);
            if (server.matches()) {
                groups.computeIfAbsent(group, name -> new ArrayList<>())
                        .add(new Seed(server.group(1), server.group(2) == null ? 0 : Long.parseLong(server.group(2))));
            } else if (!line.isEmpty()) {
                faults.add("line " + number + " is neither a URL nor a group: " + line);
            }
        }
        return new SeedFile(inTurn(groups.values().stream().map(seeds -> seeds.stream()
                .sorted(Comparator.comparingLong(Seed::weight).reversed()).map(Seed::url).toList()).toList()),
                List.copyOf(faults));
    }

    private static List<String> inTurn(List<List<String>> groups) {
        int longest = groups.stream().mapToInt(List::size).max().orElse(0);
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < longest; i++) {
            int place = i;
            groups.stream().filter(urlsOfOne -> urlsOfOne.size() > place).map(urlsOfOne -> urlsOfOne.get(place))
                    .forEach(urls::add);
        }
        return urls.stream().distinct().toList();
    }
}
