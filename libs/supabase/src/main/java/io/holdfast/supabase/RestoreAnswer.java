package io.holdfast.supabase;

import io.holdfast.contracts.HoldfastException;

/** What became of one request for a restore. */
public sealed interface RestoreAnswer {

    /** Supabase has accepted the request; the restore may begin some time later. */
    record Accepted() implements RestoreAnswer {}

    /** Supabase did not get the request or has refused it, and restores nothing because of it. */
    record Refused(HoldfastException failure) implements RestoreAnswer {}

    /**
     * Supabase may have accepted the request: its answer was lost or says nothing. A second request might restore twice.
     *
     * @param why in words
     */
    record Unknown(String why) implements RestoreAnswer {}
}
