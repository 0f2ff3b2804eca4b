//! Check digits: what makes a row of digits a number of somebody, and not just digits.

/// Luhn: cards, Swedish identity numbers.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let doubled = u32::from(*digit) << (at % 2);
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// ISO 7064 mod 97-10 over letters and digits, as IBANs use it: the first four stand at the end.
pub(super) fn iban(text: &[u8]) -> bool {
    if text.len() < 15 || text.len() > 34 {
        return false;
    }
    let (head, rest) = text.split_at(4);
    let mut remainder = 0_u32;
    for byte in rest.iter().chain(head) {
        remainder = match byte {
            b'0'..=b'9' => remainder * 10 + u32::from(byte - b'0'),
            b'A'..=b'Z' => remainder * 100 + u32::from(byte - b'A') + 10,
            _ => return false,
        } % 97;
    }
    remainder == 1
}

fn weighted(digits: &[u8], weights: impl IntoIterator<Item = u32>) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum()
}

fn all_same(digits: &[u8]) -> bool {
    digits.windows(2).all(|pair| pair[0] == pair[1])
}

/// Brazil's CPF: eleven digits, the last two check the others.
pub(super) fn cpf(digits: &[u8]) -> bool {
    let check = |count: usize| {
        let sum = weighted(&digits[..count], (2..=count as u32 + 1).rev());
        u32::from(digits[count]) == (sum * 10 % 11) % 10
    };
    digits.len() == 11 && !all_same(digits) && check(9) && check(10)
}

/// Germany's tax identification number: eleven digits, ISO 7064 mod 11,10; in the first ten one digit comes twice or thrice.
pub(super) fn german_tax(digits: &[u8]) -> bool {
    if digits.len() != 11 || digits[0] == 0 {
        return false;
    }
    let mut counts = [0_u8; 10];
    let mut product = 10_u32;
    for digit in &digits[..10] {
        counts[usize::from(*digit)] += 1;
        let sum = (u32::from(*digit) + product) % 10;
        product = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    let repeated = counts.iter().filter(|count| **count > 1).count();
    repeated == 1 && counts.iter().all(|count| *count <= 3) && (11 - product) % 10 == u32::from(digits[10])
}

/// Poland's PESEL: a date of birth, a number, a check digit.
pub(super) fn pesel(digits: &[u8]) -> bool {
    if digits.len() != 11 {
        return false;
    }
    let month = (digits[2] % 2) * 10 + digits[3];
    let day = digits[4] * 10 + digits[5];
    let sum = weighted(&digits[..10], [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
    (1..=12).contains(&month) && (1..=31).contains(&day) && (10 - sum % 10) % 10 == u32::from(digits[10])
}

/// France's social security number: thirteen digits and two that check them.
pub(super) fn french_insee(digits: &[u8]) -> bool {
    if digits.len() != 15 || !matches!(digits[0], 1 | 2) {
        return false;
    }
    let number = |digits: &[u8]| {
        digits
            .iter()
            .fold(0_u64, |number, digit| number * 10 + u64::from(*digit))
    };
    let month = digits[3] * 10 + digits[4];
    (1..=12).contains(&month) && 97 - number(&digits[..13]) % 97 == number(&digits[13..])
}

/// Sweden's identity number, its last ten digits: a date of birth, a number, a check digit by Luhn.
pub(super) fn swedish(digits: &[u8]) -> bool {
    let Some(digits) = digits.get(digits.len().wrapping_sub(10)..) else {
        return false;
    };
    let month = digits[2] * 10 + digits[3];
    let day = digits[4] * 10 + digits[5];
    (1..=12).contains(&month) && (1..=31).contains(&day) && luhn(digits)
}

/// The United States' social security number as it is written, 3-2-4: it has no check digit, but numbers that none has.
pub(super) fn american(digits: &[u8]) -> bool {
    let number = |digits: &[u8]| {
        digits
            .iter()
            .fold(0_u32, |number, digit| number * 10 + u32::from(*digit))
    };
    if digits.len() != 9 {
        return false;
    }
    let area = number(&digits[..3]);
    area != 0 && area != 666 && area < 900 && number(&digits[3..5]) != 0 && number(&digits[5..]) != 0
}

/// Spain's DNI and NIE: eight digits, or X, Y, Z and seven, and a letter that checks them.
pub(super) fn spanish(text: &[u8]) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let [first, middle @ .., last] = text else {
        return false;
    };
    let first = match first {
        b'X' => 0,
        b'Y' => 1,
        b'Z' => 2,
        b'0'..=b'9' => u32::from(first - b'0'),
        _ => return false,
    };
    if text.len() != 9 || !middle.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = middle
        .iter()
        .fold(first, |number, digit| number * 10 + u32::from(digit - b'0'));
    LETTERS[(number % 23) as usize] == *last
}

/// Italy's codice fiscale: letters and digits in their places, the last letter checks the others.
pub(super) fn italian(text: &[u8]) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ];
    const LETTER_PLACES: [usize; 9] = [0, 1, 2, 3, 4, 5, 8, 11, 15];
    if text.len() != 16 {
        return false;
    }
    let fits = text.iter().enumerate().all(|(at, byte)| {
        if LETTER_PLACES.contains(&at) {
            byte.is_ascii_uppercase()
        } else {
            byte.is_ascii_digit()
        }
    });
    let value = |byte: u8| {
        if byte.is_ascii_digit() {
            byte - b'0'
        } else {
            byte.wrapping_sub(b'A')
        }
    };
    fits && {
        let sum: u32 = text[..15]
            .iter()
            .enumerate()
            .map(|(at, byte)| {
                let value = value(*byte);
                if at % 2 == 0 {
                    ODD[usize::from(value)]
                } else {
                    u32::from(value)
                }
            })
            .sum();
        sum % 26 == u32::from(text[15] - b'A')
    }
}
