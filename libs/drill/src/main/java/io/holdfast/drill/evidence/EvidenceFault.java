package io.holdfast.drill.evidence;

/** What is wrong with an archive. Names are part of the output of {@code evidence verify}: added, never renamed. */
public enum EvidenceFault {
    /** The file is no archive of this format. */
    NOT_AN_ARCHIVE,
    /** The file or a member has more bytes than an archive may have. */
    TOO_LARGE,
    /** A header or the directory of the ZIP file was changed, or the file is truncated. */
    STRUCTURE_DAMAGED,
    TRAILING_BYTES,
    MEMBER_MISSING,
    MEMBER_ADDED,
    MEMBER_DUPLICATED,
    MEMBERS_REORDERED,
    /** The content of a member is not what was signed. */
    MEMBER_CHANGED,
    /** MANIFEST or SIGNATURE was changed. */
    SIGNATURE_WRONG,
    /** The archive names another signing key. */
    OTHER_KEY,
    /** The signed report cannot be read, or is that of another drill. */
    REPORT_UNREADABLE
}
