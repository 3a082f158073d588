package io.holdfast.devstack;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JSON object of strings on one line, as the stack prints it. Values are addresses and passwords that the stack made
 * itself: no quote, backslash or control character is among them, and one that is is refused.
 */
final class FlatJson {
    private static final Pattern ENTRY = Pattern.compile("\"([^\"]*)\":\"([^\"]*)\"");
    private static final Pattern UNSAFE = Pattern.compile("[\"\\\\\\p{Cntrl}]");

    private FlatJson() {}

    static String write(Map<String, String> map) {
        StringBuilder json = new StringBuilder("{");
        map.forEach((key, value) -> {
            if (UNSAFE.matcher(value).find()) {
                throw new IllegalArgumentException(key + " holds a character that is not expected in an address");
            }
            json.append(json.length() == 1 ? "" : ",")
                    .append('"')
                    .append(key)
                    .append("\":\"")
                    .append(value)
                    .append('"');
        });
        return json.append('}').toString();
    }

    static Map<String, String> read(String json) {
        Map<String, String> map = new LinkedHashMap<>();
        Matcher entry = ENTRY.matcher(json);
        while (entry.find()) {
            map.put(entry.group(1), entry.group(2));
        }
        return map;
    }
}
