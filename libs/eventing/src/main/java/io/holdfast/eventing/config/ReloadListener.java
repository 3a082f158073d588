package io.holdfast.eventing.config;

/** What a reload does to the rest of the service. */
interface ReloadListener {
    /** Before the change is in effect; as {@link ConfigParticipant#take}. */
    void take(ConfigChange change);

    /** The change is in effect. */
    void applied(ConfigChange change);

    /** A file is refused: called once for each content. */
    void refused();
}
