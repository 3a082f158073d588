package io.holdfast.devstack;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.Topic;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rights in {@code deploy/kafka/acls.conf} are those that the code of each service uses. */
class KafkaRulesTest {
    private static final Pattern PUBLISHED = Pattern.compile("OutboxEvent(?:\\.of)?\\(\\s*Topic\\.([A-Z_]+)");
    /** A consumer of requests answers on the topic that is named after the type. */
    private static final Pattern ANSWERED =
            Pattern.compile("Topic\\.[A-Z_]+_REQUESTS,\\s*\\w+\\.class,\\s*Topic\\.([A-Z_]+)");

    private final KafkaRules rules;

    KafkaRulesTest() throws IOException {
        rules = KafkaRules.read();
    }

    @ParameterizedTest
    @EnumSource
    void aServiceReadsTheTopicsOfItsChannelsInItsOwnGroup(Service service) throws IOException {
        assertThat(rules.names(service.module(), "read", "topic")).isEqualTo(consumed(service));
        assertThat(rules.names(service.module(), "read", "group"))
                .containsExactlyInAnyOrder(service.module(), service.module() + "-tokens");
    }

    @ParameterizedTest
    @EnumSource
    void aServiceWritesTheEventsThatItsCodePublishesAndTheDeadLettersOfItsChannels(Service service) throws IOException {
        assertThat(rules.names(service.module(), "write", "topic")).isEqualTo(written(service));
    }

    @Test
    void otherProgramsOnlyRequest() {
        assertThat(rules.users())
                .hasSize(Service.values().length + 1)
                .contains("producer")
                .containsAll(Stream.of(Service.values()).map(Service::module).toList());
        assertThat(rules.names("producer", "write", "topic"))
                .containsExactlyInAnyOrderElementsOf(Stream.of(Topic.values())
                        .filter(Topic::isRequests)
                        .map(Topic::topicName)
                        .toList());
        assertThat(rules.rules().stream().filter(rule -> rule.user().equals("producer")))
                .allMatch(rule -> rule.operation().equals("write"));
    }

    private static Set<String> consumed(Service service) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(main(service).resolve("resources/application.properties"))) {
            properties.load(in);
        }
        Set<String> topics = properties.stringPropertyNames().stream()
                .filter(name -> name.matches("mp\\.messaging\\.incoming\\.[^.]+\\.topics?"))
                .flatMap(name -> Stream.of(properties.getProperty(name).split(",")))
                .collect(Collectors.toCollection(TreeSet::new));
        topics.add(Topic.TOKENS.topicName()); // by a channel of libs/eventing
        return topics;
    }

    private static Set<String> written(Service service) throws IOException {
        List<String> sources = sources(service);
        Set<String> topics = Stream.of(PUBLISHED, ANSWERED)
                .flatMap(pattern -> sources.stream()
                        .flatMap(source -> pattern.matcher(source).results()))
                .map(found -> Topic.valueOf(found.group(1)).topicName())
                .collect(Collectors.toCollection(TreeSet::new));
        // libs/eventing reads tokens and publishes access events, which audit-service stores itself
        topics.add(Topic.TOKENS.deadLetterName());
        if (sources.stream().noneMatch(source -> source.contains("implements AccessLog"))) {
            topics.add(Topic.ACCESS_EVENTS.topicName());
        }
        if (sources.stream().anyMatch(source -> source.contains("ConsumerFactory "))) {
            consumed(service).stream()
                    .filter(topic -> !topic.endsWith(".dlq")) // a dead letter has no dead letter
                    .forEach(topic -> topics.add(topic + ".dlq"));
        }
        if (sources.stream().anyMatch(source -> source.contains("ProgressReporter "))) {
            topics.add(Topic.PROGRESS.topicName());
        }
        return topics;
    }

    private static List<String> sources(Service service) throws IOException {
        try (Stream<Path> files = Files.walk(main(service).resolve("java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(KafkaRulesTest::text)
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path main(Service service) {
        return Path.of("..", service.module(), "src/main");
    }
}
