package io.holdfast.config;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The whole of holdfast.yaml, checked: every reference between its parts holds, every default is filled in. Immutable, and
 * without any secret's value. Relative paths in the file are relative to the file's folder.
 *
 * @param sources by name; each already has the defaults of its environment
 */
public record HoldfastConfig(
        @ConfigKey("The vault, where backups are stored.") VaultConfig vault,

        @ConfigKey("The server on which backups are restored for proofs.")
        ScratchConfig scratch,

        @ConfigKey(
                value =
                        "Defaults of an environment's sources, by the environment's name. A source's own section replaces the default section as a whole.",
                example = "{ staging: { retention: { all: 7d } } }")
        Map<String, EnvironmentDefaults> defaults,

        @ConfigKey(
                value = "Protected databases, by name. The name may change; the id identifies the source.",
                pattern = "^[a-z0-9][a-z0-9._-]{0,62}$",
                rule =
                        "a source's name has 1 to 63 lower-case letters, digits, dots, dashes and underscores, and starts"
                                + " with a letter or digit",
                example = "{ portal: { engine: postgres, url: \"postgresql://portal@db:5432/portal\" } }")
        Map<String, SourceConfig> sources,

        @ConfigKey(
                value = "Notification channels, by name.",
                pattern = "^[a-z0-9][a-z0-9._-]{0,62}$",
                rule =
                        "a channel's name has 1 to 63 lower-case letters, digits, dots, dashes and underscores, and starts"
                                + " with a letter or digit",
                example = "{ ops-slack: { type: slack, webhook: { env: SLACK_WEBHOOK } } }")
        Map<String, ChannelConfig> channels,

        @ConfigKey("Default events and channels of notifications.")
        NotificationsConfig notifications,

        @ConfigKey("Tokens of clients.") AccessConfig access,

        @ConfigKey("Addresses of the services, for each other and for the command line.")
        ServicesConfig services,

        @ConfigKey("Settings of the services' REST APIs.") RestConfig rest,

        @ConfigKey("TLS of the services' REST APIs.") TlsConfig tls,

        @ConfigKey("Limits of requests that Holdfast sends.")
        OutboundConfig outbound,

        @ConfigKey("SQLite sources and targets.") SqliteConfig sqlite,

        @ConfigKey("The endpoints `/api/admin/backup` and `/api/cron/backup`.")
        ApiConfig api,

        @ConfigKey("Retention of sources that are no longer configured.")
        RetiredConfig retention,

        @ConfigKey("Limits of the platform.") PlatformConfig platform) {

    public HoldfastConfig {
        services = tls.on() ? services.overTls() : services;
    }

    /** The environment variable that names the file. */
    public static final String LOCATION = "HOLDFAST_CONFIG";

    /** Returns the keys of this file that are checked but have no effect in this version, in the order of the file. */
    public List<String> ignoredKeys() {
        List<String> keys = new ArrayList<>();
        sources.forEach((name, source) -> {
            String at = "holdfast.sources." + name + ".";
            if (source.verify().every() != 1) {
                keys.add(at + "verify.every");
            }
        });
        return keys;
    }

    /** The file that {@value #LOCATION} names, or else {@code holdfast.yaml} in the working directory. */
    public static Path locate(Environment environment) {
        return Path.of(
                environment.variable(LOCATION).filter(path -> !path.isBlank()).orElse("holdfast.yaml"));
    }

    /**
     * Reads a file, and the public keys that it names. No secret is read.
     *
     * @throws ConfigException with every problem of the file
     */
    public static HoldfastConfig load(Path file, Environment environment) {
        try {
            return ConfigText.read(file).parse(environment);
        } catch (NoSuchFileException e) {
            throw ConfigText.missing(file);
        }
    }

    /**
     * Reads text as if it stood in a file.
     *
     * @param file for messages and relative paths; it need not exist
     * @throws ConfigException with every problem of the text
     */
    public static HoldfastConfig parse(String text, Path file, Environment environment) {
        ConfigProblems problems = new ConfigProblems(file.toString());
        YamlNode yamlNode = YamlParser.read(text, problems);
        if (yamlNode == null) {
            throw problems.exception();
        }
        YamlNode whole = DefaultsResolver.apply(yamlNode);
        ReferenceValidator.check(whole, problems);
        Path folder = file.toAbsolutePath().normalize().getParent();
        Document document =
                new ConfigBinder(folder == null ? Path.of("/") : folder, environment, problems).document(whole);
        if (document == null || problems.count() > 0) {
            throw problems.exception();
        }
        return document.holdfast();
    }

    /** The file's outermost level. */
    record Document(@ConfigKey("The configuration.") HoldfastConfig holdfast) {}
}
