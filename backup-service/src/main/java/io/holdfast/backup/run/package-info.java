/** Running backups: jobs that read a source into the vault. */
@NullMarked
package io.holdfast.backup.run;

import org.jspecify.annotations.NullMarked;
