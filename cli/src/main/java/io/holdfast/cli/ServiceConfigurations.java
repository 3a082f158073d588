package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.devstack.Service;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The configuration that each service has in effect, as the services show it. */
final class ServiceConfigurations {
    private static final int SHOWN_DIGITS = 12;

    private ServiceConfigurations() {}

    /** By service; a service that does not answer is left out. */
    static ObjectNode of(HoldfastClient holdfastClient) {
        ObjectNode configurations = ServiceJson.object();
        for (Service service : Service.values()) {
            try {
                configurations.set(service.module(), holdfastClient.get(service, "/api/configuration"));
            } catch (CommandException failure) {
                // the list of services says why
            }
        }
        return configurations;
    }

    /** A line for each service that refused its file, and one if services have different files. */
    static List<String> warnings(JsonNode configurations) {
        List<String> warnings = new ArrayList<>();
        Map<String, List<String>> byDigest = new LinkedHashMap<>();
        configurations.properties().forEach(each -> {
            JsonNode problems = each.getValue().path("problems");
            if (!problems.isEmpty()) {
                warnings.add(each.getKey() + " refused the changed holdfast.yaml and keeps the former one: "
                        + problems.path(0).asText()
                        + (problems.size() > 1 ? " and " + (problems.size() - 1) + " more" : ""));
            }
            String digest = each.getValue().path("digest").asText("");
            if (!digest.isEmpty()) {
                byDigest.computeIfAbsent(digest, key -> new ArrayList<>()).add(each.getKey());
            }
        });
        if (byDigest.size() > 1) {
            List<String> groups = new ArrayList<>();
            byDigest.forEach((digest, services) -> groups.add(shown(digest) + " in " + String.join(", ", services)));
            warnings.add("services have different configurations: " + String.join("; ", groups)
                    + "; a changed file takes up to 10 s, then compare the files");
        }
        return warnings;
    }

    /** The first digits of a digest. */
    static String shown(String digest) {
        return digest.substring(0, Math.min(SHOWN_DIGITS, digest.length()));
    }
}
