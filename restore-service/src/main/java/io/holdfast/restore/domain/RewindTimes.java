package io.holdfast.restore.domain;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How long a provider's restore of a live server may take, and how often it is looked at. */
@ApplicationScoped
public class RewindTimes {
    private final Duration look;
    private final Duration proofLook;
    private final Duration settling;
    private final Duration within;

    public RewindTimes(
            @ConfigProperty(name = "holdfast.restore.rewind-look", defaultValue = "5s") Duration look,
            @ConfigProperty(name = "holdfast.restore.proof-look", defaultValue = "10s") Duration proofLook,
            @ConfigProperty(name = "holdfast.restore.rewind-settles", defaultValue = "10m") Duration settling,
            @ConfigProperty(name = "holdfast.restore.rewind-within", defaultValue = "12h") Duration within) {
        this.look = look;
        this.proofLook = proofLook;
        this.settling = settling;
        this.within = within;
    }

    /** Between two looks at the project. */
    public Duration look() {
        return look;
    }

    /** Between two looks for the proof of the safety backup. */
    public Duration proofLook() {
        return proofLook;
    }

    /** After this time without a change, a request that the provider has not confirmed counts as lost. */
    public Duration settling() {
        return settling;
    }

    /** How long a restore may take from its request, and how long one that was not seen may begin late. */
    public Duration within() {
        return within;
    }
}
