package apidrive.door.dtfc;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import apidrive.config.NodeConfig;

/** How many copies the network is to have of which files. */
public final class CopyRules {
    private record Rule(Pattern pattern, int copies) {
    }

    private final List<Rule> rules;

    public CopyRules(List<NodeConfig.CopyRule> rules) {
        this.rules = rules.stream().map(rule -> new Rule(pattern(rule.glob()), rule.copies())).toList();
    }

    /** By the first rule that fits the file name as dtfc writes it, or the type without parameters; null for as many as is usual. */
    Integer of(String fileName, String type) {
        return rules.stream().filter(rule -> rule.pattern().matcher(fileName).matches() || rule.pattern().matcher(type).matches())
                .findFirst().map(Rule::copies).orElse(null);
    }

    private static Pattern pattern(String glob) {
        return Pattern.compile(Arrays.stream(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                Pattern.CASE_INSENSITIVE);
    }
}
