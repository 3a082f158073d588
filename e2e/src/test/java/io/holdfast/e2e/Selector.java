package io.holdfast.e2e;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A metric of a PromQL expression with the values that it wants of labels.
 *
 * @param labels exact values, or alternatives of a regular expression, by label
 */
record Selector(String metric, Map<String, List<String>> labels) {
    private static final Pattern METRIC =
            Pattern.compile("\\b((?:holdfast|kafka|jvm|process|http)[_:][a-z0-9_:]*)(?:\\{([^}]*)\\})?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=~?\"([^\"]*)\"");

    static List<Selector> in(String expression) {
        List<Selector> selectors = new ArrayList<>();
        Matcher metrics = METRIC.matcher(expression.replace("{job=\"holdfast\"}", ""));
        while (metrics.find()) {
            Map<String, List<String>> labels = new LinkedHashMap<>();
            Matcher label = LABEL.matcher(metrics.group(2) == null ? "" : metrics.group(2));
            while (label.find()) {
                labels.put(label.group(1), alternatives(label.group(2)));
            }
            selectors.add(new Selector(metrics.group(1), labels));
        }
        return selectors;
    }

    /** {@code Verification(Passed|Failed)} names two values; {@code .*} and a variable name none. */
    private static List<String> alternatives(String value) {
        if (value.contains("$") || value.contains(".*")) {
            return List.of();
        }
        Matcher group = Pattern.compile("^(\\w*)\\(([^)]*)\\)$").matcher(value);
        if (group.matches()) {
            return List.of(group.group(2).split("\\|", -1)).stream()
                    .map(each -> group.group(1) + each)
                    .toList();
        }
        return List.of(value.split("\\|", -1));
    }

    /** What of it no series has. */
    List<String> missing(Prometheus prometheus) {
        List<String> missing = new ArrayList<>();
        if (prometheus.values("__name__", metric).isEmpty()) {
            return List.of(metric);
        }
        labels.forEach((label, wanted) -> {
            List<String> known = prometheus.values(label, metric);
            wanted.stream()
                    .filter(value -> !known.contains(value))
                    .forEach(value -> missing.add(metric + "{" + label + "=\"" + value + "\"}"));
        });
        return missing;
    }
}
