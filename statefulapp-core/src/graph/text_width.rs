//! How wide a text is at most, without a font at hand.
//!
//! The widths are those of DejaVu Sans, one of the widest fonts that `sans-serif` stands for, so that a text fits its box
//! wherever the picture is shown.

/// Thousandths of the font's size for each character from U+0020 to U+007E.
#[rustfmt::skip]
const ASCII: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
    636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
    1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
    603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
    500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
    635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];

/// How much wider a bold text is, at most.
const BOLD: f64 = 1.15;

/// The width in the unit of `size`.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let thousandths: f64 = text
        .chars()
        .map(|c| match u32::from(c).checked_sub(0x20).and_then(|n| ASCII.get(n as usize)) {
            Some(&width) => f64::from(width),
            // Other letters are at most as wide as they are high.
            None => 1000.0,
        })
        .sum();
    thousandths / 1000.0 * size * if bold { BOLD } else { 1.0 }
}

/// The text in lines of at most so many characters, cut behind `-`, `.`, `/` or a blank if there is one.
pub(super) fn wrap(text: &str, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for part in text.split_inclusive(['-', '.', '/', ' ', ':']) {
        if !line.is_empty() && line.chars().count() + part.trim_end().chars().count() > most {
            lines.push(std::mem::take(&mut line));
        }
        for c in part.chars() {
            if line.chars().count() == most {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    lines.push(line);
    lines.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_at_their_parts() {
        assert_eq!(wrap("postgres", 10), ["postgres"]);
        assert_eq!(
            wrap("registry.example.com/team/postgres:17.2", 20),
            ["registry.example.", "com/team/postgres:", "17.2"]
        );
        assert_eq!(wrap(&"x".repeat(25), 10), ["x".repeat(10), "x".repeat(10), "x".repeat(5)]);
        assert_eq!(wrap("", 10), [""; 0]);
    }
}
