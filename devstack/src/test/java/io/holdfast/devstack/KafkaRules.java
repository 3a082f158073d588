package io.holdfast.devstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The rules of {@code deploy/kafka/acls.conf}. */
record KafkaRules(List<Rule> rules) {
    static final Path FILE = Path.of("../deploy/kafka/acls.conf");

    record Rule(String user, String operation, String type, String name) {
        AclBinding binding() {
            return new AclBinding(
                    new ResourcePattern(ResourceType.valueOf(type.toUpperCase(Locale.ROOT)), name, PatternType.LITERAL),
                    new AccessControlEntry(
                            "User:" + user,
                            "*",
                            AclOperation.valueOf(operation.toUpperCase(Locale.ROOT)),
                            AclPermissionType.ALLOW));
        }
    }

    static KafkaRules read() throws IOException {
        return new KafkaRules(Files.readAllLines(FILE).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split(" +"))
                .map(column -> new Rule(column[0], column[1], column[2], column[3]))
                .toList());
    }

    Set<String> users() {
        return rules.stream().map(Rule::user).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names that the user may use so. */
    Set<String> names(String user, String operation, String type) {
        return rules.stream()
                .filter(rule -> rule.user().equals(user)
                        && rule.operation().equals(operation)
                        && rule.type().equals(type))
                .map(Rule::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    List<AclBinding> bindings() {
        return rules.stream().map(Rule::binding).toList();
    }
}
