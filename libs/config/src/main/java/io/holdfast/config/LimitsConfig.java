package io.holdfast.config;

/**
 * Limits of the REST APIs. Each service counts for itself, over a minute; a quiet minute permits a burst of the whole number.
 */
public record LimitsConfig(
        @ConfigKey(
                value = "Requests of one principal per minute and service. More are answered with 429.",
                fallback = "3000",
                min = 60,
                max = 1_000_000)
        int requests,

        @ConfigKey(
                value = "Requests without a token from one address per minute and service.",
                fallback = "1200",
                min = 60,
                max = 1_000_000)
        int anonymousRequests,

        @ConfigKey(
                value =
                        "Tokens from one address that a service refuses per minute. Then it answers 429 to each token of this address, without checking it, and an alert is raised.",
                fallback = "20",
                min = 1,
                max = 1_000_000)
        int failedAuthentications) {}
