package io.holdfast.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the keys of one section mean for each other. Sections with other problems are not asked. */
final class SectionValidator {
    private static final Duration LONGEST_WATCH = Duration.ofDays(7);
    private static final Duration LONGEST_SKEW = Duration.ofMinutes(5);
    private static final Duration SHORTEST_WINDOW = Duration.ofHours(1);
    private static final long SMALLEST_SPOOL = 64_000_000;
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(10);

    private final YamlNode.Entries section;
    private final String path;
    private final ConfigProblems problems;

    private SectionValidator(YamlNode.Entries section, String path, ConfigProblems problems) {
        this.section = section;
        this.path = path;
        this.problems = problems;
    }

    static void check(Object bound, YamlNode.Entries section, String path, ConfigProblems problems) {
        SectionValidator sectionValidator = new SectionValidator(section, path, problems);
        sectionValidator.together(bound.getClass().getAnnotation(RequiredTogether.class));
        switch (bound) {
            case AccessConfig access -> sectionValidator.access(access);
            case ChannelConfig.Slack slack -> sectionValidator.slack(slack);
            case NotificationsConfig notifications -> sectionValidator.notifications(notifications);
            case OidcConfig oidc -> sectionValidator.oidc(oidc);
            case PlatformConfig platform -> sectionValidator.platform(platform);
            case RetentionConfig retention -> sectionValidator.retention(retention);
            case SourceConfig source -> sectionValidator.source(source);
            case ScratchConfig.Server scratch -> sectionValidator.scheme(EngineType.POSTGRES, scratch.url());
            case SourceConfig.StagingDrills staging -> sectionValidator.staging(staging);
            case SourceConfig.Step step -> sectionValidator.step(step);
            case SourceConfig.Watch watch -> sectionValidator.watch(watch);
            default -> {}
        }
    }

    private void together(@Nullable RequiredTogether requiredTogether) {
        if (requiredTogether != null) {
            List<String> missing = Stream.of(requiredTogether.value())
                    .filter(key -> section.at(key) == null)
                    .toList();
            if (missing.size() == 1) {
                refuse(
                        missing.getFirst(),
                        String.join(" and ", requiredTogether.value()) + " go together; write both, or none");
            }
        }
    }

    private void slack(ChannelConfig.Slack slack) {
        if (slack.webhook().isPresent() == slack.botToken().isPresent()) {
            problems.add(section, path, "exactly one of webhook and bot-token is needed here");
        }
        if (slack.botToken().isEmpty() && slack.apiUrl().isPresent()) {
            refuse("api-url", "only a bot uses it; remove it, or write bot-token and channel");
        }
    }

    private void access(AccessConfig access) {
        if (access.oidc().isEmpty() && !access.roles().isEmpty()) {
            refuse(
                    "roles",
                    "these roles are of claims, but holdfast.access.oidc is missing; write it, or remove roles");
        }
        access.serviceKey()
                .map(AccessConfig.ServiceKey::id)
                .filter(id -> access.producers().entrySet().stream()
                        .flatMap(producer ->
                                producer.getValue().keys().keySet().stream().map(key -> producer.getKey() + "/" + key))
                        .noneMatch(id::equals))
                .ifPresent(id -> refuse("service-key", "there is no key " + id + " under holdfast.access.producers"));
    }

    private void notifications(NotificationsConfig notifications) {
        notifications.escalation().forEach((name, steps) -> {
            if (steps.isEmpty()) {
                refuse(
                        "escalation",
                        "chain \"" + name + "\" has no step; write for example [ { notify: [dba], after: 0m } ]");
            }
            for (int i = 1; i < steps.size(); i++) {
                Delay before = steps.get(i - 1).after();
                Delay after = steps.get(i).after();
                if (after.duration().compareTo(before.duration()) < 0) {
                    refuse(
                            "escalation",
                            "chain \"" + name + "\": a step after " + after + " follows one after " + before
                                    + "; put the steps into the order of their time");
                }
            }
        });
    }

    private void oidc(OidcConfig oidc) {
        if (!OidcConfig.isTrustworthy(oidc.issuer())) {
            refuse("issuer", "keys that come over http can be replaced on the way; write https://");
        }
        if (oidc.introspection()
                .filter(endpoint -> !OidcConfig.isTrustworthy(endpoint.url()))
                .isPresent()) {
            refuse("introspection", "tokens that go over http can be read on the way; write https:// as its url");
        }
        if (oidc.clockSkew().compareTo(LONGEST_SKEW) > 0) {
            refuse(
                    "clock-skew",
                    Durations.format(oidc.clockSkew()) + " is longer than " + Durations.format(LONGEST_SKEW)
                            + "; synchronize the clocks instead");
        }
    }

    private void platform(PlatformConfig platform) {
        if (platform.maxDuration().multipliedBy(2).compareTo(platform.grace()) >= 0) {
            refuse(
                    "max-duration",
                    Durations.format(platform.maxDuration()) + " is not less than half of grace ("
                            + Durations.format(platform.grace())
                            + "): chunks that a backup reuses could be swept while it runs; lower max-duration or"
                            + " raise grace");
        }
        if (platform.heartbeat().multipliedBy(2).compareTo(platform.lease()) > 0) {
            refuse(
                    "heartbeat",
                    Durations.format(platform.heartbeat()) + " is more than half of lease ("
                            + Durations.format(platform.lease()) + "): one late heartbeat would lose the job");
        }
    }

    private void retention(RetentionConfig retention) {
        Map<String, Duration> tiers = new LinkedHashMap<>();
        tiers.put("all", retention.all());
        retention.daily().ifPresent(tier -> tiers.put("daily", tier));
        retention.weekly().ifPresent(tier -> tiers.put("weekly", tier));
        retention.monthly().ifPresent(tier -> tiers.put("monthly", tier));
        retention.yearly().ifPresent(tier -> tiers.put("yearly", tier));
        String shorter = "";
        for (Map.Entry<String, Duration> tier : tiers.entrySet()) {
            Duration least = tiers.getOrDefault(shorter, Duration.ZERO);
            if (tier.getValue().compareTo(least) <= 0) {
                refuse(
                        tier.getKey(),
                        Durations.format(tier.getValue()) + " keeps nothing longer than " + shorter + " ("
                                + Durations.format(least) + ") does; make it longer or remove it");
            }
            shorter = tier.getKey();
        }
    }

    private void source(SourceConfig source) {
        scheme(source.engine(), source.url());
        if (source.engine() == EngineType.D1 && source.password().isEmpty()) {
            refuse("password", "d1 needs the API token here; write password: { env: NAME }");
        }
        source.d1().ifPresent(d1 -> d1(source.engine(), d1));
        source.wal().ifPresent(wal -> wal(source.engine(), wal));
        if (source.drill().staging().isPresent() && source.engine() != EngineType.POSTGRES) {
            refuse("drill", "only drills of PostgreSQL sources replace a staging database; remove staging");
        }
        source.neon().ifPresent(neon -> neon(source, neon));
        source.rds().ifPresent(rds -> rds(source, rds));
        source.supabase().ifPresent(supabase -> supabase(source, supabase));
        source.restore().ifPresent(restore -> restoring(source.engine(), restore));
        if (source.engine() == EngineType.POSTGRES) {
            SourceConfig.Scope scope = source.scope();
            Stream.of(
                            scope.include().tables(),
                            scope.exclude().tables(),
                            scope.exclude().tableData())
                    .flatMap(List::stream)
                    .filter(table -> table.schema().isEmpty())
                    .forEach(table -> refuse(
                            "scope", "the table " + table + " has no schema; write for example public." + table));
        }
    }

    private void d1(EngineType engine, SourceConfig.CloudflareD1 d1) {
        if (engine != EngineType.D1) {
            refuse("d1", "these settings are of engine d1; remove them");
        }
        if (d1.window().compareTo(Duration.ofDays(1)) < 0 || d1.window().compareTo(Duration.ofDays(30)) > 0) {
            refuse(
                    "d1",
                    "its window is the time that Time Travel keeps; write 30d for a paid plan, 7d for the free one");
        }
        if (d1.restoreTo() == SourceConfig.RestoreTo.D1 && d1.folder().isEmpty()) {
            refuse("d1", "a database is loaded into D1 by way of a file; write folder, too");
        }
        if (!OidcConfig.isTrustworthy(d1.endpoint())) {
            refuse("d1", "its endpoint gets the API token, which anybody on the way could read; write https://");
        }
    }

    private void wal(EngineType engine, SourceConfig.Wal wal) {
        if (engine != EngineType.POSTGRES) {
            refuse("wal", "only a PostgreSQL server has WAL to archive; remove it");
        }
        if (wal.ship().compareTo(Duration.ofSeconds(1)) < 0 || wal.ship().compareTo(Duration.ofHours(1)) > 0) {
            refuse("wal", "ship " + Durations.format(wal.ship()) + " is outside 1s to 1h; 60s is usual");
        }
        if (wal.window().compareTo(SHORTEST_WINDOW) < 0) {
            refuse("wal", "window " + Durations.format(wal.window()) + " is shorter than 1h; 7d is usual");
        }
        if (wal.spoolLimit().bytes() < SMALLEST_SPOOL) {
            refuse("wal", "spool-limit is less than 64MB, four segments of WAL; 4GB is usual");
        }
    }

    private void neon(SourceConfig source, SourceConfig.Neon neon) {
        if (source.engine() != EngineType.POSTGRES) {
            refuse("neon", "a Neon project has PostgreSQL databases; remove it, or write engine: postgres");
        }
        if (source.wal().isPresent()) {
            refuse("neon", "Neon has no WAL to archive, and its projects keep their own history; remove wal or neon");
        }
        if (!OidcConfig.isTrustworthy(neon.endpoint())) {
            refuse("neon", "its endpoint gets the API key, which anybody on the way could read; write https://");
        }
    }

    private void rds(SourceConfig source, SourceConfig.Rds rds) {
        if (source.engine() != EngineType.POSTGRES) {
            refuse("rds", "only PostgreSQL on Amazon RDS can be restored; remove it, or write engine: postgres");
        }
        if (source.wal().isPresent() || source.neon().isPresent()) {
            refuse("rds", "Amazon gives no access to WAL, and a database has one provider; remove wal, neon or rds");
        }
        if (rds.instance().isPresent() == rds.cluster().isPresent()) {
            refuse("rds", "exactly one of instance and cluster is needed here");
        }
        if (rds.endpoint()
                .filter(endpoint -> !OidcConfig.isTrustworthy(endpoint))
                .isPresent()) {
            refuse("rds", "its endpoint gets signed requests, which anybody on the way could read; write https://");
        }
    }

    private void supabase(SourceConfig source, SourceConfig.Supabase supabase) {
        if (source.engine() != EngineType.POSTGRES) {
            refuse("supabase", "a Supabase project has PostgreSQL databases; remove it, or write engine: postgres");
        }
        if (source.wal().isPresent()
                || source.neon().isPresent()
                || source.rds().isPresent()) {
            refuse(
                    "supabase",
                    "Supabase gives no access to WAL, and a database has one provider; remove wal, neon, rds or supabase");
        }
        if (!OidcConfig.isTrustworthy(supabase.endpoint())) {
            refuse("supabase", "its endpoint gets the token, which anybody on the way could read; write https://");
        }
        if (source.engine() == EngineType.POSTGRES && !SupabaseReference.isExempt(supabase)) {
            ofProject("url", source.url().host(), source.url().user(), supabase.project());
            source.restore().ifPresent(restore -> {
                DatabaseUrl url = restore.url().orElse(source.url());
                ofProject("restore", url.host(), restore.user().orElse(url.user()), supabase.project());
            });
        }
    }

    /** Otherwise the project of another database would go back. */
    private void ofProject(String key, String host, String user, String project) {
        if (!SupabaseReference.of(host, user).equals(Optional.of(project))) {
            refuse(
                    key,
                    "the database is not that of supabase.project " + project + ": its user has to end in ." + project
                            + ", or its host to be db." + project + ".supabase.co");
        }
    }

    private void restoring(EngineType engine, SourceConfig.Restoring restore) {
        if (engine == EngineType.SQLITE) {
            refuse("restore", "a file has no roles; remove it");
        }
        if (engine == EngineType.D1) {
            if (restore.user().isPresent() || restore.url().isPresent()) {
                refuse("restore", "d1 has no roles; leave only password, the API token with the right D1 Edit");
            }
            return;
        }
        restore.url()
                .filter(url -> !url.scheme().equals(engine.scheme()))
                .ifPresent(url -> refuse(
                        "restore",
                        "its url starts with " + url.scheme() + ":, but " + engine.scheme() + ": is needed here"));
    }

    private void scheme(EngineType engine, DatabaseUrl url) {
        if (!url.scheme().equals(engine.scheme())) {
            refuse("url", "this URL starts with " + url.scheme() + ":, but " + engine.scheme() + ": is needed here");
        }
    }

    private void staging(SourceConfig.StagingDrills staging) {
        if (staging.mask().isEmpty() && staging.maskFiles().isEmpty()) {
            refuse("mask", "mask or mask-files is needed here: a staging database gets masked rows only");
        }
    }

    private void step(SourceConfig.Step step) {
        if (step.webhook().isPresent() == step.command().isPresent()) {
            problems.add(section, path, "exactly one of webhook and command is needed here");
        }
        if (step.command().filter(List::isEmpty).isPresent()) {
            refuse("command", "a command has at least the program's name");
        }
    }

    private void watch(SourceConfig.Watch watch) {
        if (watch.lasting().compareTo(LONGEST_WATCH) > 0) {
            refuse(
                    "for",
                    Durations.format(watch.lasting()) + " is longer than " + Durations.format(LONGEST_WATCH)
                            + "; 24h or 48h is usual");
        }
        if (watch.every().compareTo(SHORTEST_PAUSE) < 0 || watch.every().compareTo(watch.lasting()) > 0) {
            refuse(
                    "every",
                    Durations.format(watch.every()) + " is outside " + Durations.format(SHORTEST_PAUSE) + " to "
                            + Durations.format(watch.lasting()) + ", the time it is watched for");
        }
    }

    private void refuse(String key, String message) {
        YamlNode at = Optional.<YamlNode>ofNullable(section.at(key)).orElse(section);
        problems.add(at, ConfigBinder.child(path, key), message);
    }
}
