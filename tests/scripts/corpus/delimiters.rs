//! The client's one command that a script may have.

use super::{Case, End, case};

pub fn cases() -> Vec<Case> {
    vec![
        case("slashes", "DELIMITER //\nSELECT 1//\nSELECT 2 //\nDELIMITER ;\nSELECT 3;"),
        case("dollars", "delimiter $$\nSELECT 1$$ SELECT 2$$\nDelimiter ;\nSELECT 3;"),
        case("bar", "DELIMITER |\nSELECT 1|\nSELECT 2|\nDELIMITER ;\nSELECT 3;"),
        case("two semicolons", "DELIMITER ;;\nSELECT 1;;\n/*!50003 SELECT 2 */;;\nDELIMITER ;\nSELECT 3;"),
        case("indented", "  DELIMITER //\nSELECT 1//\n\tDELIMITER ;\nSELECT 2;"),
        case("carriage returns", "DELIMITER //\r\nSELECT 1//\r\nDELIMITER ;\r\nSELECT 2;\r\n"),
        case(
            "in strings and comments",
            "DELIMITER //\nSELECT '//', `//` FROM (SELECT 1 AS `//`) AS x /* // */ -- //\n//\nSELECT 2//",
        ),
        case("a slash alone divides", "DELIMITER //\nSELECT 6 / 2//\nSELECT 6/3//\nDELIMITER ;\nSELECT 1;"),
        case("touches words", "DELIMITER $$\nSELECT 'a' AS b$$\nSELECT 1 AS c$$SELECT 2$$"),
        case("at the end", "SELECT 1;\nDELIMITER //"),
        case("long", "DELIMITER //--!!\nSELECT 1; //--!!\nDELIMITER ;\nSELECT 2;").ends(End::RunsOrNot),
        case(
            "semicolons stay",
            "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END;//\nCALL p()//\nDELIMITER ;\n",
        ),
        case("twice the same", "DELIMITER //\nDELIMITER //\nSELECT 1//\nDELIMITER ;\nDELIMITER ;\nSELECT 2;"),
        case("before a byte-order mark's text", "\u{feff}DELIMITER //\nSELECT 1//\nDELIMITER ;\nSELECT 2;"),
        case("not ended", "DELIMITER //\nSELECT 1;\n").ends(End::Stricter("not ended by the delimiter //")),
        case("changed inside a statement", "SELECT 1\nDELIMITER //\n+ 1 //")
            .ends(End::Refused("DELIMITER stands inside")),
        case("source", "SELECT 1;\nsource other.sql\n;").ends(End::Refused("command of the client program")),
        case("backslash and letter", "SELECT 1 \\G\n").ends(End::Refused("command of the client program")),
    ]
}
