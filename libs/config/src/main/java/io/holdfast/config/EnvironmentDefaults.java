package io.holdfast.config;

import java.util.List;
import java.util.Optional;

/** What sources of an environment have unless they say otherwise; already applied to {@link HoldfastConfig#sources}. */
public record EnvironmentDefaults(
        @ConfigKey("As in a source.") Optional<SourceConfig.Schedule> schedule,
        @ConfigKey("As in a source.") Optional<RetentionConfig> retention,
        @ConfigKey("As in a source.") Optional<SourceConfig.Objectives> objectives,
        @ConfigKey("As in a source.") Optional<SourceConfig.Verify> verify,
        @ConfigKey("As in a source.") Optional<SourceConfig.Limits> limits,

        @ConfigKey(value = "As in a source.", example = "none")
        Optional<ApprovalConfig> approval,

        @ConfigKey(value = "As in a source.", example = "reject")
        Optional<UnsignedRequests> unsignedRequests,

        @ConfigKey(name = "notify", value = "As in a source.", example = "[ops-slack]")
        List<String> notifyChannels,

        @ConfigKey(value = "As in a source.", example = "production")
        Optional<String> escalation) {}
