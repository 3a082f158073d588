package io.holdfast.config;

import java.util.List;
import java.util.Optional;

/** What sources of an environment have unless they say otherwise; already applied to {@link HoldfastConfig#sources}. */
public record EnvironmentDefaults(
        @Key("As in a source.") Optional<SourceConfig.Schedule> schedule,
        @Key("As in a source.") Optional<RetentionConfig> retention,
        @Key("As in a source.") Optional<SourceConfig.Objectives> objectives,
        @Key("As in a source.") Optional<SourceConfig.Verify> verify,
        @Key("As in a source.") Optional<SourceConfig.Limits> limits,
        @Key(value = "As in a source.", example = "none") Optional<Approval> approval,

        @Key(name = "notify", value = "As in a source.", example = "[ops-slack]")
        List<String> notifyChannels) {}
