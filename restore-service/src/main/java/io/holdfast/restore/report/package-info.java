/** What is told of a restore afterwards: one record, as Markdown, HTML and JSON. Pure. */
@NullMarked
package io.holdfast.restore.report;

import org.jspecify.annotations.NullMarked;
