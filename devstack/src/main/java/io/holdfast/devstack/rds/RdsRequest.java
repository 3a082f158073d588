package io.holdfast.devstack.rds;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A request of the Query protocol: a form. */
record RdsRequest(Map<String, String> form) {
    private static final String VERSION = "2014-10-31";

    static RdsRequest of(String body) throws RdsRefusal {
        Map<String, String> form = new TreeMap<>();
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        if (!VERSION.equals(form.get("Version"))) {
            throw RdsRefusal.of("InvalidAction", "no such version");
        }
        return new RdsRequest(form);
    }

    String action() {
        return text("Action");
    }

    String text(String name) {
        return form.getOrDefault(name, "");
    }

    boolean has(String name) {
        return form.containsKey(name);
    }

    boolean isTrue(String name) {
        return text(name).equals("true");
    }

    List<String> list(String name, String member) {
        List<String> all = new ArrayList<>();
        for (int i = 1; has(name + "." + member + "." + i); i++) {
            all.add(text(name + "." + member + "." + i));
        }
        return all;
    }

    Map<String, String> tags() {
        Map<String, String> tags = new LinkedHashMap<>();
        for (int i = 1; has("Tags.Tag." + i + ".Key"); i++) {
            tags.put(text("Tags.Tag." + i + ".Key"), text("Tags.Tag." + i + ".Value"));
        }
        return tags;
    }
}
