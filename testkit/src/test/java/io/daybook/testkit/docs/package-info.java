/** The code of the pages in {@code docs/}: it compiles, runs, and is what the pages show. */
package io.daybook.testkit.docs;
